# Looks at every place and takes the best dump.

$MinidumpsLookedAt = 5
$TemporaryLookedAt = 5

$Text += @{
    'hive-problem'    = 'The registry of the broken Windows could not be read ({0}); the default places were searched.'
    'hive-read'       = 'registry read: {0}'
    'place-temporary' = 'a dump that was not renamed yet'
    'place-minidump'  = 'a small dump'
    'found-live'      = '{0}: a live dump, not a crash'
    'found-user-mode' = '{0}: a dump of one program (user mode), not of Windows'
    'found-foreign'   = '{0}: no dump, it begins with other bytes'
    'found-short'     = '{0}: no dump, only {1} bytes'
    'absent'          = '{0}: not there'
    'other-drive'     = '{0}: on drive {1} of the broken VM, which is not on this disk'
    'closed-drive'    = '{0}: on drive {1} of the broken VM, a volume of this disk that is not mounted here'
    'unclear-path'    = '{0}: no full path'
    'unreadable'      = '{0}: could not be read: {1}'
}

function Get-Elsewhere {
    # Why a place cannot be looked at from here; null when it can.
    param($Place)
    if ($Place.Unclear) { return ($Text['unclear-path'] -f $Place.Origin) }
    if ($Place.Closed) { return ($Text['closed-drive'] -f $Place.Origin, $Place.Closed) }
    if ($Place.Drive) { return ($Text['other-drive'] -f $Place.Origin, $Place.Drive) }
    return $null
}

function Add-Elsewhere {
    # Adds the line of a place that cannot be looked at from here; says whether it is one.
    param($Place, $Searched)
    $why = Get-Elsewhere $Place
    if ($why) { Add-Searched $Searched $Place.Path $false $why }
    return [bool]$why
}

function Test-Place {
    # Looks at one place. Gives a candidate, one without a header for a file that is no dump, or nothing; and a line that says why.
    param($Place, $Searched)
    if (Add-Elsewhere $Place $Searched) { return $null }
    try {
        if (-not (Test-Path -LiteralPath $Place.Path -PathType Leaf)) {
            Add-Searched $Searched $Place.Path $false ($Text['absent'] -f $Place.Origin)
            return $null
        }
        $file = Read-Dump $Place.Path
    } catch {
        Add-Searched $Searched $Place.Path $true ($Text['unreadable'] -f $Place.Origin, $_.Exception.Message)
        # A page file is no place where a dump should be.
        if ($Place.Kind -ne 'dump') { return $null }
        return @{ Place = $Place; Header = $null }
    }
    if ($Place.Kind -ne 'dump') { return (Test-Reserved $Place $file $Searched) }
    if ($null -eq $file.Header) { return (Test-NoDump $Place $file $Searched) }
    if ($file.Header.Live) {
        Add-Searched $Searched $Place.Path $true ($Text['found-live'] -f $Place.Origin)
        return $null
    }
    return (Add-Candidate $Place $file.Header $file.Size $Searched)
}

function Test-NoDump {
    # What a file is where a dump should be.
    param($Place, $File, $Searched)
    if ($File.Mark.StartsWith('MDMP', [StringComparison]::Ordinal)) {
        Add-Searched $Searched $Place.Path $true ($Text['found-user-mode'] -f $Place.Origin)
        return $null
    }
    $why = $(if ($File.Size -lt 0x1000) { $Text['found-short'] -f $Place.Origin, $File.Size } else { $Text['found-foreign'] -f $Place.Origin })
    Add-Searched $Searched $Place.Path $true $why
    return @{ Place = $Place; Header = $null }
}

function Add-Candidate {
    # What is said of it depends on which candidate is best, so its line is filled in at the end. Size: bytes that are of the dump.
    param($Place, $Header, [long]$Size, $Searched)
    $null = $Searched.Add([ordered]@{ path = $Place.Path; found = $true; why = '' })
    return @{ Place = $Place; Header = $Header; Size = $Size; Line = $Searched.Count - 1; Problem = $null }
}

function Get-MinidumpFolder {
    param($Search)
    $folder = Get-Setting $Search.System 'MinidumpDir'
    return (New-NamedPlace $Search $(if ($folder) { $folder } else { '%SystemRoot%\Minidump' }) 'place-minidump')
}

function Get-MinidumpPlaces {
    param($Search)
    $place = Get-MinidumpFolder $Search
    if (Add-Elsewhere $place $Search.Searched) { return @() }
    return @(Get-FolderPlaces $place.Path '*.dmp' 'place-minidump' $MinidumpsLookedAt $Search.Searched)
}

function Search-Dump {
    # Every place a dump can be. Gives the best candidate, files that hold a dump that cannot be taken out of them, the first file
    # that should be a dump and is none, and all that was looked at.
    param($System, [string]$WindowsRoot)
    $searched = New-Object System.Collections.ArrayList
    $search = @{ System = $System; Root = $WindowsRoot; Drives = (Get-DriveMap $System $WindowsRoot); Searched = $searched }
    $why = $(if ($System.Problem) { $Text['hive-problem'] -f $System.Problem } else { $Text['hive-read'] -f $System.Selected })
    Add-Searched $searched $System.Hive ($null -eq $System.Problem) $why

    $found = @()
    foreach ($place in @(Get-NamedPlaces $search)) { $found += @(Test-Place $place $searched) }
    foreach ($folder in ($WindowsRoot.Substring(0, 2) + '\'), $WindowsRoot) {
        foreach ($place in @(Get-FolderPlaces $folder 'DUMP*.tmp' 'place-temporary' $TemporaryLookedAt $searched)) { $found += @(Test-Place $place $searched) }
    }
    foreach ($place in @(Get-MinidumpPlaces $search)) { $found += @(Test-Place $place $searched) }
    foreach ($place in @(Get-PageFilePlaces $search)) { $found += @(Test-Place $place $searched) }
    $found += @(Search-OtherVolumes $search)
    Add-LiveDumps $search
    Add-ProgramDumps $search

    $found = @($found | Where-Object { $null -ne $_ })
    $damaged = @($found | Where-Object { $null -eq $_.Header } | ForEach-Object { $_.Place.Path })
    $armed = @($found | Where-Object { $null -ne $_.Header -and $_.Problem })
    $whole = @($found | Where-Object { $null -ne $_.Header -and -not $_.Problem })
    $best = Select-Best $whole $searched $System
    return @{
        Best     = $best
        Newer    = $(if ($best) { Get-NewerCutOff $whole $best } else { $null })
        Armed    = $armed
        Damaged  = $(if ($damaged.Count -gt 0) { $damaged[0] } else { $null })
        System   = $System
        Root     = $WindowsRoot
        Drives   = $search.Drives
        Searched = $searched
    }
}
