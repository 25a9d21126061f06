# Other volumes of the copy: Windows writes a dump there when a setting says so, or did when it had another letter.

$Text += @{
    'volume-none' = '{0}: no dump in its usual places'
}

function Get-VolumeFiles {
    # The usual places of a dump on a volume, as far as there is a file.
    param([string]$Drive)
    $entries = @(Get-Entries "$Drive\" | Where-Object { -not $_.PSIsContainer })
    $files = @(foreach ($pattern in 'DUMP*.tmp', 'MEMORY*.DMP', 'pagefile.sys') {
        Select-NewestFirst @($entries | Where-Object { $_.Name -like $pattern }) | ForEach-Object { "$Drive\" + $_.Name }
    })
    $other = "$Drive\Windows\MEMORY.DMP"
    if (Test-Path -LiteralPath $other -PathType Leaf) { $files += $other }
    return $files
}

function Search-OtherVolumes {
    # Looks at the usual places of each other volume of the disk that is mounted here. One line a volume, and one a file.
    param($Search)
    $found = @()
    foreach ($partition in $Search.Drives.Partitions) {
        if ($partition.Windows -or -not $partition.Letter) { continue }
        $drive = "$($partition.Letter):"
        # A path that was not found is none of these files: its letter may be one of the broken VM.
        $known = @($Search.Searched | Where-Object { $_.found } | ForEach-Object { $_.path })
        try {
            $files = @(Get-VolumeFiles $drive | Where-Object { $known -notcontains $_ } | Select-Object -First $TemporaryLookedAt)
        } catch {
            Add-Searched $Search.Searched "$drive\" $true ($Text['unreadable'] -f $Text['place-volume'], $_.Exception.Message)
            continue
        }
        if ($files.Count -eq 0) { Add-Searched $Search.Searched "$drive\" $false ($Text['volume-none'] -f $Text['place-volume']) }
        foreach ($file in $files) {
            $kind = $(if ($file -like '*\pagefile.sys') { 'page-file' } else { 'dump' })
            $found += @(Test-Place (New-Place $file 'place-volume' $kind) $Search.Searched)
        }
    }
    return $found
}
