# What is to be known of the dump that was taken.

$Text += @{
    'reason-from-page-file' = 'The dump was still in the page file ({0}): its first {1} bytes were taken from there.'
    'reason-cut-off'        = 'A dump is there, but it is cut off: {0}. Its header can be read, its end is missing.'
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
    param($Best, $System)
    $remarks = @{ Reasons = @(); Steps = @() }
    if ($Best.Place.Kind -eq 'page-file') { $remarks.Reasons += $Text['reason-from-page-file'] -f $Best.Place.Path, $Best.Size }
    if ($Best.Header.Complete -eq $false) { $remarks.Reasons += $Text['reason-cut-off'] -f $Best.Place.Path }
    if (Test-Earlier $Best.Header $System) { $remarks.Reasons += $Text['reason-earlier'] -f (Get-FileTimeText $System.LastCrash) }
    if ($Best.Header.Complete -eq $false -or (Test-Earlier $Best.Header $System)) { $remarks.Steps += Get-NmiStep }
    return $remarks
}
