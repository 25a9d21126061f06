# Other volumes of the copy: Windows writes a dump there when a setting says so, or did when it had another letter.

$Text += @{
    'volume-none' = '{0}: no dump in its usual places'
}

function Search-OtherVolumes {
    # Looks at the usual places of each other volume of the disk that is mounted here. One line a volume, and one a file.
    param($Search)
    $found = @()
    foreach ($partition in $Search.Drives.Partitions) {
        if ($partition.Windows -or -not $partition.Letter) { continue }
        $root = "$($partition.Letter):\"
        $files = @()
        foreach ($place in (@($root, 'DUMP*.tmp'), @($root, 'MEMORY*.DMP'), @($root, 'pagefile.sys'), @("${root}Windows", 'MEMORY.DMP'))) {
            try {
                foreach ($file in @(Get-NewestFiles $place[0] $place[1])) { $files += $place[0].TrimEnd('\') + '\' + $file.Name }
            } catch {
                Add-Searched $Search.Searched $place[0] $true ($Text['unreadable'] -f $Text['place-volume'], $_.Exception.Message)
            }
        }
        $known = @($Search.Searched | ForEach-Object { $_.path })
        $files = @($files | Where-Object { $known -notcontains $_ } | Select-Object -First $TemporaryLookedAt)
        if ($files.Count -eq 0) { Add-Searched $Search.Searched $root $false ($Text['volume-none'] -f $Text['place-volume']) }
        foreach ($file in $files) {
            $kind = $(if ($file -like '*\pagefile.sys') { 'page-file' } else { 'dump' })
            $found += @(Test-Place (New-Place $file 'place-volume' $kind) $Search.Searched)
        }
    }
    return $found
}
