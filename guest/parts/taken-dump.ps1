# What is to be known of the dump that was taken.

$Text += @{
    'reason-from-page-file' = 'The dump was still in the page file ({0}): its first {1} bytes were taken from there.'
    'reason-cut-off'        = 'A dump is there, but it is cut off: {0}. Its header can be read, its end is missing.'
    'reason-newer-cut-off'  = 'There is a dump of a later crash, but it is cut off, and this one was taken instead: {0}.'
    'reason-earlier'        = 'Windows noted a later crash ({0}), of which there is no dump.'
}

function Set-Crash {
    # What the header says of the crash.
    param($Answer, $Header)
    $Answer.bugCheck = $Header.BugCheck
    $Answer.systemTime = Get-FileTimeText $Header.Time
    $Answer.build = $Header.Build
    $Answer.dumpKind = $Header.Kind
    $Answer.dumpRequired = $Header.Required
    $Answer.dumpComplete = $Header.Complete
}

function Get-TakenRemarks {
    # Reasons and steps that go with a dump which is not all that was hoped for; none for a whole one in a file of its own.
    param($Search, $System)
    $best = $Search.Best
    $remarks = @{ Reasons = @(); Steps = @() }
    if ($best.Place.Kind -eq 'page-file') { $remarks.Reasons += $Text['reason-from-page-file'] -f $best.Place.Path, $best.Size }
    if ($best.Header.Complete -eq $false) { $remarks.Reasons += $Text['reason-cut-off'] -f $best.Place.Path }
    if ($Search.Newer) { $remarks.Reasons += $Text['reason-newer-cut-off'] -f $Search.Newer }
    if (Test-Earlier $best.Header $System) { $remarks.Reasons += $Text['reason-earlier'] -f (Get-FileTimeText $System.LastCrash) }
    if ($best.Header.Complete -eq $false -or $Search.Newer -or (Test-Earlier $best.Header $System)) { $remarks.Steps += Get-NmiStep }
    return $remarks
}
