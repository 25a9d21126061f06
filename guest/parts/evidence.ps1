# What goes to the store beside the dump, if asked for: minidumps, and the small files that tell why Windows does not start.

$Collectable = 'dump', 'minidumps', 'evidence'
# As many as Windows itself keeps (MinidumpsCount).
$MinidumpsTaken = 50

# Below the folder of Windows, with what each is.
$EvidenceFiles = @{
    'Logs\CBS\CBS.log'                         = 'log'
    'Panther\setupact.log'                     = 'log'
    'System32\config\SOFTWARE'                 = 'registry'
    'System32\config\SOFTWARE.LOG1'            = 'registry'
    'System32\config\SOFTWARE.LOG2'            = 'registry'
    'System32\config\SYSTEM'                   = 'registry'
    'System32\config\SYSTEM.LOG1'              = 'registry'
    'System32\config\SYSTEM.LOG2'              = 'registry'
    'System32\winevt\Logs\Application.evtx'    = 'event-log'
    'System32\winevt\Logs\System.evtx'         = 'event-log'
    'WinSxS\pending.xml'                       = 'log'
    'ntbtlog.txt'                              = 'log'
}

$Text += @{
    'evidence-absent'       = 'not there'
    'evidence-no-minidumps' = 'no file *.dmp there'
    'evidence-left'         = 'older than the {0} newest'
    'evidence-unreadable'   = 'could not be read: {0}'
}

function Get-Wanted {
    # What was asked for. Nothing at all means the dump.
    $wanted = @($Collect -split ',' | ForEach-Object { $_.Trim().ToLowerInvariant() } | Where-Object { $_ })
    if ($wanted.Count -eq 0) { return @('dump') }
    foreach ($one in $wanted) {
        if ($Collectable -cnotcontains $one) { throw "Collect must be a list of $($Collectable -join ', '), separated by commas, got `"$Collect`"" }
    }
    return $wanted
}

function Get-EvidencePlaces {
    # Files that were asked for, each with the name that its blob gets; for what is surely not there the reason instead.
    param([string[]]$Wanted, $Search)
    if ($Wanted -contains 'minidumps') { Get-MinidumpFiles $Search }
    if ($Wanted -contains 'evidence') {
        $names = [string[]]@($EvidenceFiles.Keys)
        [Array]::Sort($names, [StringComparer]::Ordinal)
        foreach ($name in $names) { New-EvidencePlace "$($Search.Root)\$name" $EvidenceFiles[$name] "evidence\$name" }
    }
}

function New-EvidencePlace {
    param([string]$Path, [string]$Kind, [string]$Blob, $Why = $null)
    return @{ Path = $Path; Kind = $Kind; Blob = $Blob; Why = $Why }
}

function Get-MinidumpFiles {
    param($Search)
    $place = Get-MinidumpFolder $Search
    $folder = $place.Path.TrimEnd('\')
    $why = Get-Elsewhere $place
    if ($why) { return (New-EvidencePlace $folder 'minidump' '' $why) }
    try { $files = @(Get-NewestFiles $folder '*.dmp') } catch {
        return (New-EvidencePlace $folder 'minidump' '' ($Text['evidence-unreadable'] -f $_.Exception.GetBaseException().Message))
    }
    if ($files.Count -eq 0) { return (New-EvidencePlace $folder 'minidump' '' $Text['evidence-no-minidumps']) }
    for ($index = 0; $index -lt $files.Count; $index++) {
        $left = $(if ($index -ge $MinidumpsTaken) { $Text['evidence-left'] -f $MinidumpsTaken } else { $null })
        New-EvidencePlace "$folder\$($files[$index].Name)" 'minidump' "minidumps\$($files[$index].Name)" $left
    }
}

function New-ManifestFile {
    param([string]$Path, [string]$Kind, $Why = $null)
    return [ordered]@{ path = $Path; blob = $null; size = $null; sha256 = $null; kind = $Kind; why = $Why }
}

function Send-Evidence {
    # Uploads files one after the other and adds a line for each to the list. One that cannot be read is told and left out.
    param($Session, [object[]]$Places, $Files)
    $taken = @($Files | ForEach-Object { $_.path })
    foreach ($place in $Places) {
        # The dump that was taken may be one of the minidumps.
        if ($taken -contains $place.Path) { continue }
        $file = New-ManifestFile $place.Path $place.Kind $place.Why
        $null = $Files.Add($file)
        if ($file.why) { continue }
        if (-not (Test-Path -LiteralPath $place.Path -PathType Leaf)) {
            $file.why = $Text['evidence-absent']
            continue
        }
        try {
            Send-File $Session $file $place.Blob @{} $Files
        } catch {
            if ($null -ne $script:Refusal) { throw }
            $file.why = $Text['evidence-unreadable'] -f $_.Exception.GetBaseException().Message
        }
    }
}

function Send-File {
    # Uploads a file, or its first bytes, and fills in its line. Two names that give the same blob name are told apart by a number.
    param($Session, $File, [string]$BlobPath, [hashtable]$Metadata, $Files, [long]$Size = -1)
    $wanted = Get-BlobUrl $BlobPath
    $url = $wanted
    for ($number = 2; @($Files | ForEach-Object { $_.blob }) -ccontains $url; $number++) { $url = "$wanted-$number" }
    if ($Size -lt 0) { $stream = Open-Shared $File.path } else { $stream = Open-Start $File.path $Size }
    try {
        $File.size = [long]$stream.Length
        Write-Host ('uploading {0} ({1:0.0} MiB)' -f $File.path, ($File.size / 1MB))
        $File.sha256 = Send-Stream $Session $stream $url ((Get-SourceHeaders 'application/octet-stream') + $Metadata)
        $File.blob = $url
    } finally {
        $stream.Dispose()
    }
}

function Get-SourceHeaders {
    # Where a blob is from, noted on it.
    param([string]$ContentType)
    $headers = @{ 'x-ms-blob-content-type' = $ContentType }
    if ($SourceVmId) { $headers['x-ms-meta-sourcevm'] = Get-HeaderText $SourceVmId }
    if ($SnapshotId) { $headers['x-ms-meta-snapshot'] = Get-HeaderText $SnapshotId }
    return $headers
}
