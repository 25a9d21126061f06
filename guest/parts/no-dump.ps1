# Why there is no dump, and what to do about it.

$Text += @{
    'reason-page-file'       = 'The dump is still in the page file ({0}): Windows takes it out at the next start, and did not get that far.'
    'reason-page-file-next'  = 'Start the broken VM once more and let it try to start for some minutes; then run this kit again (change snapshotTrigger).'
    'reason-disabled'        = 'Crash dumps are turned off in the broken Windows (CrashDumpEnabled is 0).'
    'reason-other-drive'     = 'The dump is written to {0}, which is not on this disk: a drive D: of a VM in Azure is its temporary disk, and a snapshot does not hold that.'
    'reason-temporary-pages' = 'The page file of the broken Windows is only on {0}, not on this disk: a crash is written to the page file first, and a snapshot of the OS disk does not hold the temporary disk.'
    'reason-no-page-file'    = 'The broken Windows has no page file, and a crash is written to the page file first.'
    'reason-damaged'         = 'A file is where the dump should be ({0}), but it is no dump: it was damaged, or Windows was stopped while it wrote it.'
    'reason-lost'            = 'Windows noted a crash (LastCrashTime), but its dump is gone or was never taken out of the page file.'
    'reason-never'           = 'Dumps are turned on, but nothing shows that this Windows wrote one: it may never have crashed with this configuration, or it was reset before the dump was written.'
    'reason-unknown'         = 'There is no dump in the default places.'
    'next-enable'            = 'Turn dumps on in the broken Windows: CrashDumpEnabled = 7 below HKLM\SYSTEM\CurrentControlSet\Control\CrashControl, with a page file on C: that Windows manages; then let it crash again.'
    'next-page-file'         = 'Move the page file of the broken Windows to C: (Memory Management\PagingFiles = C:\pagefile.sys 0 0), or name a DedicatedDumpFile on C:; then let it crash again.'
    'next-nmi'               = 'Cause a dump while the broken VM hangs at its blue screen: az serial-console send nmi --resource-group {0} --name {1}. Wait until it restarts, then run this kit again (change snapshotTrigger).'
    'next-reset'             = 'If it restarts by itself too quickly for that: AutoReboot is on in the broken Windows.'
}

function Get-NmiStep {
    # With the names of the broken VM, so that the command can be pasted.
    $names = @('GROUP', 'VM')
    if ($SourceVmId -match '/resourceGroups/([^/]+)/.*/virtualMachines/([^/]+)$') { $names = @($Matches[1], $Matches[2]) }
    return $Text['next-nmi'] -f $names
}

function Set-Explanation {
    # The first reason that fits, the surest first, and the steps that fit it.
    param($Answer, $System, $Search, [string]$WindowsRoot)
    $reason = $null
    $steps = @()
    $nmi = Get-NmiStep
    $enabled = Get-Setting $System 'CrashDumpEnabled'
    $dumpFile = Get-Setting $System 'DumpFile'
    $dumpDrive = $(if ($dumpFile) { (Convert-OfflinePath $dumpFile $WindowsRoot).Drive } else { $null })
    $pageFiles = @(Get-PageFiles $System)
    $pagesHere = @($pageFiles | Where-Object { -not (Convert-OfflinePath ($_ -replace '^\?:', 'C:') $WindowsRoot).Drive })
    if (@($Search.Armed).Count -gt 0) {
        $reason = $Text['reason-page-file'] -f $Search.Armed[0].Place.Path
        $steps = @($Text['reason-page-file-next'])
    } elseif ($System.Problem) {
        $reason = ($Text['hive-problem'] -f $System.Problem) + ' ' + $Text['reason-unknown']
        $steps = @($nmi)
    } elseif ($null -ne $enabled -and [int]$enabled -eq 0) {
        $reason = $Text['reason-disabled']
        $steps = @($Text['next-enable'])
    } elseif ($dumpDrive) {
        $reason = $Text['reason-other-drive'] -f $dumpFile
        $steps = @($Text['next-enable'], $nmi)
    } elseif ($pageFiles.Count -gt 0 -and $pagesHere.Count -eq 0 -and -not (Get-Setting $System 'DedicatedDumpFile')) {
        $reason = $Text['reason-temporary-pages'] -f ($pageFiles -join ', ')
        $steps = @($Text['next-page-file'], $nmi)
    } elseif ($pageFiles.Count -eq 0 -and $System.Memory.ContainsKey('PagingFiles') -and $null -ne $System.Memory['PagingFiles'] -and -not (Get-Setting $System 'DedicatedDumpFile')) {
        $reason = $Text['reason-no-page-file']
        $steps = @($Text['next-page-file'], $nmi)
    } elseif ($Search.Damaged) {
        $reason = $Text['reason-damaged'] -f $Search.Damaged
        $steps = @($nmi)
    } elseif ($null -ne (Get-Setting $System 'LastCrashTime')) {
        $reason = $Text['reason-lost']
        $steps = @($Text['reason-page-file-next'], $nmi)
    } else {
        $reason = $Text['reason-never']
        $steps = @($nmi)
    }
    $autoReboot = Get-Setting $System 'AutoReboot'
    if ($null -ne $autoReboot -and [int]$autoReboot -ne 0 -and $steps -contains $nmi) { $steps += $Text['next-reset'] }
    $Answer.status = 'not-found'
    $Answer.reason = $reason
    $Answer.nextSteps = $steps
}
