# Uploads a file as a block blob: read once, some blocks on their way at a time, what is there already not sent again.

$MinimumBlock = 8MB
$MostBlocks = 50000
$MostInMemory = 64MB
$RoundsAtMost = 3
$LongestBlobName = 60

$Text += @{
    'refused-different'      = 'The store holds something else than what was sent to {0}.'
    'refused-different-next' = 'Nothing else may write to that blob meanwhile. Run this step again.'
}

function Get-HeaderText {
    # Headers are ASCII; anything else is percent-encoded.
    param([string]$Value)
    return [regex]::Replace($Value, '[^\x20-\x7e]+', { param($match) [Uri]::EscapeDataString($match.Value) })
}

function Get-BlobUrl {
    # Of each name in the path only what every tool takes in a blob name.
    param([string]$Path)
    $names = @($Path -split '[\\/]' | ForEach-Object { $_ -replace '[^A-Za-z0-9._-]+', '_' } | ForEach-Object { $_.Substring([Math]::Max(0, $_.Length - $LongestBlobName)) })
    # Those two would lead out of the container.
    $whole = @(@($BlobPrefix -split '/') + $names | Where-Object { $_ -and $_ -ne '.' -and $_ -ne '..' })
    return $ContainerUrl.TrimEnd('/') + '/' + (@($whole | ForEach-Object { [Uri]::EscapeDataString($_) }) -join '/')
}

function Get-BlockSize {
    # All numbers are long: PowerShell takes the type of the first one for both, and a dump has more bytes than an int.
    param([long]$Size)
    $least = [long][Math]::Ceiling($Size / $MostBlocks)
    $wholeMegabytes = [long][Math]::Ceiling($least / 1MB) * 1MB
    $block = [Math]::Max([long]$MinimumBlock, $wholeMegabytes)
    return [int][Math]::Max([long]1, [Math]::Min($block, $Size))
}

function Send-Stream {
    # Uploads what a stream holds and gives its SHA-256. Metadata are headers of the blob.
    param($Session, $Stream, [string]$Url, [hashtable]$Metadata)
    for ($round = 1; $true; $round++) {
        $there = Get-StoredBlob $Session $Url
        if ($there.Sha256 -and $there.Size -eq $Stream.Length) {
            $Stream.Position = 0
            $sha256 = Get-Sha256 $Stream
            if ($sha256 -eq $there.Sha256) {
                Write-Host "$Url is there already, with the same hash"
                return $sha256
            }
        }
        $Stream.Position = 0
        $sent = Send-Blocks $Session $Stream $Url (Get-WaitingBlocks $Session $Url $Stream.Length)
        $outcome = Send-BlockList $Session $Url $sent.Ids ($Metadata + @{ 'x-ms-meta-sha256' = $sent.Sha256 })
        if ($outcome.Status -eq 201) { break }
        # The blocks are gone: another run has made the blob meanwhile, or a week has passed.
        if ($outcome.Code -ne 'InvalidBlockList' -or $round -ge $RoundsAtMost) { Stop-Upload $Session $outcome }
        Write-Host 'the store has no longer all blocks; once more from the start'
    }
    $there = Get-StoredBlob $Session $Url
    if ($there.Size -ne $sent.Size -or $there.Sha256 -ne $sent.Sha256) {
        Stop-Refused ($Text['refused-different'] -f $Url) @($Text['refused-different-next'])
    }
    return $sent.Sha256
}

function Get-StoredBlob {
    # Size and hash of a blob; Size -1 when it is not there.
    param($Session, [string]$Url)
    $outcome = Send-Request $Session (New-Request 'HEAD' $Url) @(200, 404)
    if ($outcome.Status -eq 200) { return @{ Size = [long]$outcome.Headers['Content-Length']; Sha256 = $outcome.Headers['x-ms-meta-sha256'] } }
    if ($outcome.Code -and $outcome.Code -ne 'BlobNotFound') { Stop-Upload $Session $outcome }
    return @{ Size = [long]-1; Sha256 = $null }
}

function Get-WaitingBlocks {
    # Sizes of the blocks that an earlier run left in the store, by id. The store keeps them for a week.
    param($Session, [string]$Url, [long]$Size)
    $blocks = @{}
    if ($Size -le $MinimumBlock) { return $blocks }
    $outcome = Send-Request $Session (New-Request 'GET' ($Url + '?comp=blocklist&blocklisttype=uncommitted')) @(200, 404)
    foreach ($match in [regex]::Matches($outcome.Body, '<Block>\s*<Name>([^<]+)</Name>\s*<Size>(\d+)</Size>\s*</Block>')) {
        $blocks[$match.Groups[1].Value] = [int]$match.Groups[2].Value
    }
    if ($blocks.Count -gt 0) { Write-Host "an earlier run left $($blocks.Count) blocks in the store; those that fit are not sent again" }
    return $blocks
}

function Get-BlockId {
    # Of the place and the content, so that a block of another file, or of another state of this one, is never taken for this.
    param([int]$Index, [byte[]]$Md5)
    $name = '{0:d6}-{1}' -f $Index, ([BitConverter]::ToString($Md5) -replace '-', '')
    return [Convert]::ToBase64String([System.Text.Encoding]::ASCII.GetBytes($name))
}

function Send-Blocks {
    # Reads the stream once, to its end. Gives the hash, the size and the ids of all blocks in order.
    param($Session, $Stream, [string]$Url, [hashtable]$Waiting)
    $md5 = [System.Security.Cryptography.MD5]::Create()
    # By its name, because the default of .NET Framework is several times slower.
    $sha256 = New-Object System.Security.Cryptography.SHA256CryptoServiceProvider
    $size = [long]$Stream.Length
    $blockSize = Get-BlockSize $size
    $atOnce = [Math]::Max(1, [Math]::Min($RequestsAtOnce, [Math]::Floor($MostInMemory / $blockSize)))
    $upload = @{ Session = $Session; Size = $size; Done = [long]0; Told = [DateTime]::UtcNow; Began = [DateTime]::UtcNow }
    $upload.Free = New-Object System.Collections.Queue
    $upload.Flights = New-Object System.Collections.ArrayList
    $ids = New-Object System.Collections.ArrayList
    $read = [long]0
    try {
        while ($true) {
            if ($upload.Free.Count -gt 0) { $buffer = $upload.Free.Dequeue() } else { $buffer = New-Object byte[] $blockSize }
            $length = Read-Full $Stream $buffer
            if ($length -le 0) { break }
            $read += $length
            $null = $sha256.TransformBlock($buffer, 0, $length, $null, 0)
            $hash = $md5.ComputeHash($buffer, 0, $length)
            $id = Get-BlockId $ids.Count $hash
            $null = $ids.Add($id)
            if ($Waiting[$id] -eq $length) {
                $upload.Free.Enqueue($buffer)
                Add-Done $upload $length
                continue
            }
            $request = New-Request 'PUT' ($Url + '?comp=block&blockid=' + [Uri]::EscapeDataString($id)) @{} $buffer $length $hash
            Start-Request $Session $request
            $null = $upload.Flights.Add($request)
            while ($upload.Flights.Count -ge $atOnce) { Wait-Flights $upload }
        }
        while ($upload.Flights.Count -gt 0) { Wait-Flights $upload }
        if ($read -ne $size) { throw "the file ended after $read of $size bytes" }
        $null = $sha256.TransformFinalBlock($buffer, 0, 0)
        return @{ Sha256 = (Get-HashText $sha256.Hash); Ids = $ids; Size = $size }
    } finally {
        $md5.Dispose()
        $sha256.Dispose()
    }
}

function Wait-Flights {
    # Waits until a block has landed or was refused. What was refused is sent again, after a wait for all of it.
    param($Upload)
    $tasks = [System.Threading.Tasks.Task[]]@($Upload.Flights | ForEach-Object { $_.Task })
    while ([System.Threading.Tasks.Task]::WaitAny($tasks, 5000) -lt 0) { Add-Done $Upload 0 }
    $refused = @()
    $failure = $null
    foreach ($flight in @($Upload.Flights | Where-Object { $_.Task.IsCompleted })) {
        $outcome = Get-Outcome $flight.Task
        if ($outcome.Status -eq 201) {
            $Upload.Flights.Remove($flight)
            $Upload.Free.Enqueue($flight.Body)
            Set-Answered $Upload.Session
            Add-Done $Upload $flight.Length
        } else {
            $refused += $flight
            $failure = $outcome
        }
    }
    if ($refused.Count -eq 0) { return }
    Wait-Failure $Upload.Session $refused[-1] $failure
    foreach ($flight in $refused) { Start-Request $Upload.Session $flight }
}

function Add-Done {
    # Counts bytes that are in the store, and tells of it every five seconds.
    param($Upload, [long]$Length)
    $Upload.Done += $Length
    $now = [DateTime]::UtcNow
    if (($now - $Upload.Told).TotalSeconds -lt 5) { return }
    $Upload.Told = $now
    $rate = $Upload.Done / 1MB / [Math]::Max(1, ($now - $Upload.Began).TotalSeconds)
    Write-Host ('uploaded {0:0} of {1:0} MiB, {2:0} MiB/s' -f ($Upload.Done / 1MB), ($Upload.Size / 1MB), $rate)
}

function Send-BlockList {
    # Until this request no blob is there: a file is whole in the store, or absent. Gives the outcome.
    param($Session, [string]$Url, $Ids, [hashtable]$Metadata)
    $xml = New-Object System.Text.StringBuilder
    $null = $xml.Append('<?xml version="1.0" encoding="utf-8"?><BlockList>')
    foreach ($id in $Ids) { $null = $xml.Append("<Latest>$id</Latest>") }
    $null = $xml.Append('</BlockList>')
    $request = New-Request 'PUT' ($Url + '?comp=blocklist') $Metadata ([System.Text.Encoding]::UTF8.GetBytes($xml.ToString()))
    $request.ContentType = 'application/xml'
    return (Send-Request $Session $request @(201, 400))
}

function Get-HashText {
    param([byte[]]$Hash)
    return ([BitConverter]::ToString($Hash) -replace '-', '').ToLowerInvariant()
}

function Get-Sha256 {
    param($Stream)
    $sha256 = New-Object System.Security.Cryptography.SHA256CryptoServiceProvider
    $buffer = New-Object byte[] $MinimumBlock
    $told = [DateTime]::UtcNow
    try {
        while (($length = Read-Full $Stream $buffer) -gt 0) {
            $null = $sha256.TransformBlock($buffer, 0, $length, $null, 0)
            if (([DateTime]::UtcNow - $told).TotalSeconds -ge 5) {
                $told = [DateTime]::UtcNow
                Write-Host ('hashed {0:0} of {1:0} MiB' -f ($Stream.Position / 1MB), ($Stream.Length / 1MB))
            }
        }
        $null = $sha256.TransformFinalBlock($buffer, 0, 0)
        return (Get-HashText $sha256.Hash)
    } finally {
        $sha256.Dispose()
    }
}
