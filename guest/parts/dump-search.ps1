# Looks at every place and takes the best dump.

$MinidumpsLookedAt = 5

$Text += @{
    'hive-problem'    = 'The registry of the broken Windows could not be read ({0}); the default places were searched.'
    'hive-read'       = 'registry read: {0}'
    'place-temporary' = 'a dump that was not renamed yet'
    'place-minidump'  = 'a small dump'
    'found-best'      = '{0}: {1}, {2}, taken'
    'found-other'     = '{0}: {1}, {2}, left because another one is better'
    'found-live'      = '{0}: a live dump, not a crash'
    'found-foreign'   = '{0}: no dump, it begins with other bytes'
    'found-short'     = '{0}: no dump, only {1} bytes'
    'absent'          = '{0}: not there'
    'other-drive'     = '{0}: on drive {1} of the broken VM, which is not on this disk'
    'unreadable'      = '{0}: could not be read: {1}'
    'page-file-armed' = '{0}: holds a dump that was not taken out yet'
    'page-file-idle'  = '{0}: holds no dump'
}

function New-Damage {
    # A file where a dump should be, which is none. A page file is no such place.
    param($Place)
    if ($Place.Kind -eq 'page-file') { return $null }
    return @{ Place = $Place; Header = $null }
}

function Test-Place {
    # Looks at one place. Gives a candidate, one without a header for a file that is no dump, or nothing; and a line that says why.
    param($Place, $Searched)
    if ($Place.Drive) {
        Add-Searched $Searched $Place.Path $false ($Text['other-drive'] -f $Place.Origin, $Place.Drive)
        return $null
    }
    if (-not (Test-Path -LiteralPath $Place.Path -PathType Leaf)) {
        Add-Searched $Searched $Place.Path $false ($Text['absent'] -f $Place.Origin)
        return $null
    }
    try {
        $start = Read-Start $Place.Path
    } catch {
        Add-Searched $Searched $Place.Path $true ($Text['unreadable'] -f $Place.Origin, $_.Exception.Message)
        return (New-Damage $Place)
    }
    $header = Read-DumpHeader $start.Bytes $start.Length
    if ($Place.Kind -eq 'page-file') {
        $armed = $null -ne $header
        Add-Searched $Searched $Place.Path $true ($Text[$(if ($armed) { 'page-file-armed' } else { 'page-file-idle' })] -f $Place.Origin)
        if ($armed) { return @{ Place = $Place; Header = $header; Size = $start.Size } }
        return $null
    }
    if ($null -eq $header) {
        $why = $(if ($start.Size -lt 0x1000) { $Text['found-short'] -f $Place.Origin, $start.Size } else { $Text['found-foreign'] -f $Place.Origin })
        Add-Searched $Searched $Place.Path $true $why
        return (New-Damage $Place)
    }
    if ($header.Live) {
        Add-Searched $Searched $Place.Path $true ($Text['found-live'] -f $Place.Origin)
        return $null
    }
    # What is said of it depends on which candidate is best, so its line is filled in at the end.
    $null = $Searched.Add([ordered]@{ path = $Place.Path; found = $true; why = '' })
    return @{ Place = $Place; Header = $header; Size = $start.Size; Line = $Searched.Count - 1 }
}

function Get-Rank {
    # A small dump is better than none, and worse than any other.
    param($Candidate)
    if ($Candidate.Header.Kind -eq 'minidump' -or $Candidate.Header.Kind -eq 'header') { return 0 }
    return 1
}

function Select-Best {
    param([object[]]$Candidates, $Searched)
    $best = $null
    foreach ($candidate in $Candidates) {
        if ($null -eq $best) { $best = $candidate; continue }
        $ranks = (Get-Rank $candidate) - (Get-Rank $best)
        if ($ranks -gt 0 -or ($ranks -eq 0 -and $candidate.Header.Time -gt $best.Header.Time)) { $best = $candidate }
    }
    foreach ($candidate in $Candidates) {
        $sentence = $(if ([object]::ReferenceEquals($candidate, $best)) { 'found-best' } else { 'found-other' })
        $line = $Searched[$candidate.Line]
        $line['why'] = $Text[$sentence] -f $candidate.Place.Origin, $candidate.Header.Kind, $candidate.Header.BugCheck.code
        Write-Host "searched $($candidate.Place.Path) - $($line['why'])"
    }
    return $best
}

function Search-Dump {
    # Every place a dump can be. Gives the best candidate, page files that hold a dump, the first file that should be a dump
    # and is none, and all that was looked at.
    param($System, [string]$WindowsRoot)
    $searched = New-Object System.Collections.ArrayList
    $why = $(if ($System.Problem) { $Text['hive-problem'] -f $System.Problem } else { $Text['hive-read'] -f $System.ControlSet })
    Add-Searched $searched $System.Hive ($null -eq $System.Problem) $why

    $drive = $WindowsRoot.Substring(0, 2)
    $minidumps = Get-Setting $System 'MinidumpDir'
    $minidumps = $(if ($minidumps) { $minidumps } else { '%SystemRoot%\Minidump' })
    $candidates = @()
    foreach ($place in @(Get-NamedPlaces $System $WindowsRoot)) { $candidates += @(Test-Place $place $searched) }
    foreach ($place in @(Get-FolderPlaces "$drive\" 'DUMP*.tmp' 'place-temporary' 5 $searched)) { $candidates += @(Test-Place $place $searched) }
    foreach ($place in @(Get-FolderPlaces $WindowsRoot 'DUMP*.tmp' 'place-temporary' 5 $searched)) { $candidates += @(Test-Place $place $searched) }
    $to = Convert-OfflinePath $minidumps $WindowsRoot
    if ($to.Drive) {
        Add-Searched $searched $to.Path $false ($Text['other-drive'] -f $Text['place-minidump'], $to.Drive)
    } else {
        foreach ($place in @(Get-FolderPlaces $to.Path '*.dmp' 'place-minidump' $MinidumpsLookedAt $searched)) { $candidates += @(Test-Place $place $searched) }
    }
    $candidates = @($candidates | Where-Object { $null -ne $_ })
    $damaged = @($candidates | Where-Object { $null -eq $_.Header } | ForEach-Object { $_.Place.Path })
    $candidates = @($candidates | Where-Object { $null -ne $_.Header })
    $armed = @()
    foreach ($place in @(Get-PageFilePlaces $System $WindowsRoot)) { $armed += @(Test-Place $place $searched) }
    $armed = @($armed | Where-Object { $null -ne $_ })
    $first = $(if ($damaged.Count -gt 0) { $damaged[0] } else { $null })
    return @{ Best = (Select-Best $candidates $searched); Armed = $armed; Damaged = $first; Searched = $searched }
}
