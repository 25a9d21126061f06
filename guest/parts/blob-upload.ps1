# Uploads a file as a block blob.

$MinimumBlock = 8MB
$MostBlocks = 50000
$LongestBlobName = 60

function Get-HeaderText {
    # Headers are ASCII; anything else is percent-encoded.
    param([string]$Value)
    return [regex]::Replace($Value, '[^\x20-\x7e]+', { param($match) [Uri]::EscapeDataString($match.Value) })
}

function Get-BlobUrl {
    # Of the file's name only what every tool takes in a blob name.
    param([string]$FileName)
    $name = $FileName -replace '[^A-Za-z0-9._-]+', '_'
    $name = $name.Substring([Math]::Max(0, $name.Length - $LongestBlobName))
    $path = $BlobPrefix.Trim('/')
    $path = $(if ($path) { "$path/$name" } else { $name })
    $escaped = @($path -split '/' | ForEach-Object { [Uri]::EscapeDataString($_) }) -join '/'
    return $ContainerUrl.TrimEnd('/') + '/' + $escaped
}

function Get-BlockSize {
    param([long]$Size)
    $least = [long][Math]::Ceiling($Size / $MostBlocks)
    $wholeMegabytes = [long][Math]::Ceiling($least / 1MB) * 1MB
    return [int][Math]::Max($MinimumBlock, $wholeMegabytes)
}

function Send-Dump {
    # Uploads the first bytes of a file block by block and gives their SHA-256. One block is in memory at a time.
    param($Session, [string]$Path, [long]$Size)
    $stream = Open-Start $Path $Size
    $hash = [System.Security.Cryptography.SHA256]::Create()
    $ids = New-Object System.Collections.ArrayList
    try {
        $buffer = New-Object byte[] ([int][Math]::Min((Get-BlockSize $size), [Math]::Max(1, $size)))
        $sent = [long]0
        $told = [DateTime]::UtcNow
        while (($length = Read-Full $stream $buffer) -gt 0) {
            $null = $hash.TransformBlock($buffer, 0, $length, $null, 0)
            $block = $buffer
            if ($length -lt $buffer.Length) {
                $block = New-Object byte[] $length
                [Array]::Copy($buffer, $block, $length)
            }
            $id = [Convert]::ToBase64String([System.Text.Encoding]::ASCII.GetBytes(('block-{0:d6}' -f $ids.Count)))
            Send-Blob $Session ('?comp=block&blockid=' + [Uri]::EscapeDataString($id)) $block @{} 'application/octet-stream'
            $null = $ids.Add($id)
            $sent += $length
            if (([DateTime]::UtcNow - $told).TotalSeconds -ge 5) {
                $told = [DateTime]::UtcNow
                Write-Host ('uploaded {0:n0} of {1:n0} MiB' -f ($sent / 1MB), ($size / 1MB))
            }
        }
        $null = $hash.TransformFinalBlock($buffer, 0, 0)
        if ($sent -ne $size) { throw "$Path ended after $sent of $size bytes" }
        return @{ Sha256 = ([BitConverter]::ToString($hash.Hash) -replace '-', '').ToLowerInvariant(); Ids = $ids; Size = $size }
    } finally {
        $hash.Dispose()
        $stream.Dispose()
    }
}

function Send-BlockList {
    # Until this request no blob is there: a dump is whole in the store, or absent.
    param($Session, $Sent, $Header)
    $xml = New-Object System.Text.StringBuilder
    $null = $xml.Append('<?xml version="1.0" encoding="utf-8"?><BlockList>')
    foreach ($id in $Sent.Ids) { $null = $xml.Append("<Latest>$id</Latest>") }
    $null = $xml.Append('</BlockList>')
    $headers = @{
        'x-ms-blob-content-type' = 'application/octet-stream'
        'x-ms-meta-sha256'       = $Sent.Sha256
        'x-ms-meta-bugcheck'     = $Header.BugCheck.code
        'x-ms-meta-sourcevm'     = Get-HeaderText $SourceVmId
        'x-ms-meta-snapshot'     = Get-HeaderText $SnapshotId
    }
    Send-Blob $Session '?comp=blocklist' ([System.Text.Encoding]::UTF8.GetBytes($xml.ToString())) $headers 'application/xml'
}
