# Which of several dumps is taken, and why the others are left.

# A crash is noted at the start after it, so a dump of the same crash may be this much older.
$SameCrash = [TimeSpan]::FromHours(1).Ticks

$Text += @{
    'found-best'         = '{0}: {1}, {2}, taken'
    'found-other'        = '{0}: {1}, {2}, left because another one is better'
    'remark-cut-off'     = 'cut off: {0} of {1} bytes are there'
    'remark-end-missing' = 'cut off: its end is missing'
    'remark-small-file'  = 'Windows noted that its file was too small for it'
    'remark-encrypted'   = 'its contents are encrypted, so that it takes the key to read them'
    'remark-earlier'     = 'Windows noted a later crash: {0}'
}

function Get-Rank {
    # What decides between two dumps of one crash: a small one holds the least.
    param($Candidate)
    if ($Candidate.Header.Kind -eq 'minidump' -or $Candidate.Header.Kind -eq 'header') { return 0 }
    return 1
}

function Test-Better {
    # All there before cut off; then of the newest crash; then the one that holds more. The order of places decides the rest.
    param($Candidate, $Best)
    $whole = @($Candidate, $Best | ForEach-Object { [int]($_.Header.Complete -ne $false) })
    if ($whole[0] -ne $whole[1]) { return $whole[0] -gt $whole[1] }
    $times = @($Candidate, $Best | ForEach-Object { $(if (Get-FileTimeText $_.Header.Time) { $_.Header.Time } else { [long]0 }) })
    if ($times[0] -ne $times[1]) { return $times[0] -gt $times[1] }
    return (Get-Rank $Candidate) -gt (Get-Rank $Best)
}

function Get-Remarks {
    # What is to be known of a dump besides its kind: that it is cut off, or of another crash than the last.
    param($Candidate, $System)
    $header = $Candidate.Header
    $remarks = @()
    if ($header.Complete -eq $false) {
        $remarks += $(if ($header.Required -gt $Candidate.Size) { $Text['remark-cut-off'] -f $Candidate.Size, $header.Required } else { $Text['remark-end-missing'] })
    }
    if (($header.Attributes -band 0x4) -ne 0) { $remarks += $Text['remark-small-file'] }
    if (($header.Attributes -band 0x100) -ne 0) { $remarks += $Text['remark-encrypted'] }
    if (Test-Earlier $header $System) { $remarks += $Text['remark-earlier'] -f (Get-FileTimeText $System.LastCrash) }
    return $remarks
}

function Test-Earlier {
    # Whether Windows noted a crash later than the dump's.
    param($Header, $System)
    $known = $null -ne $System.LastCrash -and (Get-FileTimeText $System.LastCrash) -and (Get-FileTimeText $Header.Time)
    return [bool]($known -and $System.LastCrash - $Header.Time -gt $SameCrash)
}

function Get-NewerCutOff {
    # Path of a dump that is of a later crash than the best one, and was left because it is cut off; null when there is none.
    param([object[]]$Candidates, $Best)
    foreach ($candidate in $Candidates) {
        $later = (Get-FileTimeText $candidate.Header.Time) -and $candidate.Header.Time - $Best.Header.Time -gt $SameCrash
        if ($Best.Header.Complete -ne $false -and $candidate.Header.Complete -eq $false -and $later) { return $candidate.Place.Path }
    }
    return $null
}

function Select-Best {
    # The best candidate, or null; and the line of each, which depends on which one that is.
    param([object[]]$Candidates, $Searched, $System)
    $best = $null
    foreach ($candidate in $Candidates) {
        if ($null -eq $best -or (Test-Better $candidate $best)) { $best = $candidate }
    }
    foreach ($candidate in $Candidates) {
        $sentence = $(if ([object]::ReferenceEquals($candidate, $best)) { 'found-best' } else { 'found-other' })
        $why = $Text[$sentence] -f $candidate.Place.Origin, $candidate.Header.Kind, $candidate.Header.BugCheck.code
        $why = (@($why) + @(Get-Remarks $candidate $System)) -join '; '
        $Searched[$candidate.Line]['why'] = $why
        Write-Host "searched $($candidate.Place.Path) - $why"
    }
    return $best
}
