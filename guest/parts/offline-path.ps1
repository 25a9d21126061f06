# Paths as the broken Windows writes them, on this VM's drives.

function Expand-OfflineText {
    # Puts in the variables of the broken Windows, not those of this VM. One that is not known stays.
    param([string]$Path, $System, [string]$Drive, [string]$Folder)
    $expanded = $Path
    for ($round = 0; $round -lt 5 -and $expanded -match '%[^%]+%'; $round++) {
        $expanded = [regex]::Replace($expanded, '%([^%]+)%', {
            param($match)
            $name = $match.Groups[1].Value
            if ($name -ieq 'SystemRoot' -or $name -ieq 'windir') { return $Drive + $Folder }
            if ($name -ieq 'SystemDrive') { return $Drive }
            if ($System.Environment.ContainsKey($name) -and $System.Environment[$name]) { return $System.Environment[$name] }
            return $match.Value
        })
    }
    return $expanded
}

function Convert-OfflinePath {
    # Where a path of the broken Windows is. Path: on this VM when it can be reached. Drive: the letter there when it is not on this
    # disk. Closed: that letter, when it is a volume of this disk that has no letter here. Unclear: no full path.
    param([string]$Path, $System, $Drives, [string]$WindowsRoot)
    $own = "$($Drives.Windows):"
    $folder = $WindowsRoot.Substring(2)
    $to = @{ Path = $Path; Drive = $null; Closed = $null; Unclear = $false }
    $expanded = ((Expand-OfflineText $Path $System $own $folder) -replace '^\\\?\?\\', '') -replace '^\?:', $own
    if ($expanded -match '^\\SystemRoot\\') { $expanded = $own + $folder + $expanded.Substring('\SystemRoot'.Length) }
    if ($expanded -match '^\\[^\\?.]') { $expanded = $own + $expanded }
    $to.Path = $expanded
    if ($expanded -notmatch '^([A-Za-z]):\\') {
        $to.Unclear = $true
        return $to
    }
    $letter = $Matches[1].ToUpperInvariant()
    $rest = $expanded.Substring(2)
    if ($letter -eq $Drives.Windows) {
        $to.Path = $WindowsRoot.Substring(0, 2) + $rest
    } elseif (-not $Drives.Letters.ContainsKey($letter)) {
        $to.Drive = "${letter}:"
    } elseif ($Drives.Letters[$letter].Letter) {
        $to.Path = $Drives.Letters[$letter].Letter + ':' + $rest
    } else {
        $to.Closed = "${letter}:"
    }
    return $to
}
