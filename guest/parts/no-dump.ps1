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
    'reason-closed-drive'    = 'The dump is written to {0}, which is on a volume of this disk that is not mounted here.'
    'note-not-taken'         = 'It was not taken from there: {0}.'
    'note-full'              = 'The volume with Windows is full: {0} of {1} bytes are free.'
    'note-client'            = 'Windows for clients deletes a dump, unless it is in a domain, when less than 25 GB are free: {0} bytes are, and AlwaysKeepMemoryDump is not 1.'
    'note-limit'             = 'CrashDumpEnabled is 1: a complete dump needs a page file of the memory of the VM and 300 MB more, and this one has at most {0} MB ({1}).'
    'note-pages-elsewhere'   = 'The page file is on {0}, not on the volume with Windows; what Microsoft writes differs on whether a dump is taken from there.'
    'next-enable'            = 'Turn dumps on in the broken Windows: CrashDumpEnabled = 7 below HKLM\SYSTEM\CurrentControlSet\Control\CrashControl, with a page file on C: that Windows manages; then let it crash again.'
    'next-enable-on-copy'    = 'The kit can do this on the copy: set enableDumpOnCopy to true and run it again; then swap the copy into the broken VM and let it crash again.'
    'next-letter'            = 'Give that volume a drive letter on the repair VM (Disk Management), and run this step again.'
    'next-space'             = 'Make room on C: of the broken Windows, or name a DedicatedDumpFile on another disk; then let it crash again.'
    'next-page-file'         = 'Move the page file of the broken Windows to C: (Memory Management\PagingFiles = C:\pagefile.sys 0 0), or name a DedicatedDumpFile on C:; then let it crash again.'
    'next-nmi'               = 'Cause a dump while the broken VM hangs at its blue screen (it will show STOP 0x80): az vm boot-diagnostics enable --resource-group {0} --name {1}, then az serial-console send nmi --resource-group {0} --name {1}. Wait until it restarts, then run this kit again (change snapshotTrigger).'
    'next-reset'             = 'If it restarts by itself too quickly for that: AutoReboot is on in the broken Windows.'
}

function Get-NmiStep {
    # With the names of the broken VM, so that the command can be pasted.
    return $Text['next-nmi'] -f @(Get-VmNames)
}

function Get-Space {
    # Size and free bytes of the volume with Windows; null when that cannot be told.
    param([string]$WindowsRoot)
    try {
        $volume = @(Get-Volume -DriveLetter $WindowsRoot.Substring(0, 1) -ErrorAction Stop)[0]
        return @{ Size = [long]$volume.Size; Free = [long]$volume.SizeRemaining }
    } catch {
        return $null
    }
}

function Get-Pages {
    # Where the page files are, by letters of the broken VM. Limited: one that may only have so many MB.
    param($Search, $System)
    $pages = @{ Files = @(Get-PageFiles $System); Here = @(); Near = @(); Named = $false; Limited = $null }
    foreach ($file in $pages.Files) {
        $place = New-NamedPlace $Search $file 'place-page-file'
        if ($place.Drive -or $place.Unclear) { continue }
        if (-not $place.Closed -and $place.Path.Substring(0, 2) -ieq $Search.Root.Substring(0, 2)) { $pages.Here += $file } else { $pages.Near += $file }
    }
    $pages.Named = $System.Memory.ContainsKey('PagingFiles') -and $null -ne $System.Memory['PagingFiles']
    foreach ($entry in @(Get-Strings $System 'PagingFiles')) {
        if ($entry -match '^(.*\S)\s+\d+\s+([1-9]\d{0,8})$') { $pages.Limited = @{ Path = $Matches[1]; Megabytes = [int]$Matches[2] } }
    }
    return $pages
}

function Get-Notes {
    # What else on the disk explains that a dump is not there, and the steps that fit.
    param($System, $Pages, [string]$WindowsRoot, [bool]$Crashed)
    $notes = @{ Reasons = @(); Steps = @() }
    if ((Get-Setting $System 'CrashDumpEnabled') -eq 1 -and $Pages.Limited) {
        $notes.Reasons += $Text['note-limit'] -f $Pages.Limited.Megabytes, $Pages.Limited.Path
        $notes.Steps += $Text['next-page-file']
    }
    if ($Pages.Files.Count -gt 0 -and $Pages.Here.Count -eq 0 -and $Pages.Near.Count -gt 0) {
        $notes.Reasons += $Text['note-pages-elsewhere'] -f ($Pages.Near -join ', ')
    }
    $space = Get-Space $WindowsRoot
    if ($null -eq $space) { return $notes }
    if ($space.Free * 100 -lt $space.Size) {
        $notes.Reasons += $Text['note-full'] -f $space.Free, $space.Size
        $notes.Steps += $Text['next-space']
    } elseif ($Crashed -and $System.Product -eq 'WinNT' -and (Get-Setting $System 'AlwaysKeepMemoryDump') -ne 1 -and $space.Free -lt 25e9) {
        $notes.Reasons += $Text['note-client'] -f $space.Free
        $notes.Steps += $Text['next-space']
    }
    return $notes
}

function Get-SettingReason {
    # The setting that keeps Windows from leaving a dump on this disk; null when there is none.
    param($Search, $System, $Pages, [string]$Nmi)
    $dumpFile = Get-Setting $System 'DumpFile'
    $place = $(if ($dumpFile) { New-NamedPlace $Search $dumpFile 'place-dump-file' } else { @{ Drive = $null; Closed = $null } })
    $dedicated = Get-Setting $System 'DedicatedDumpFile'
    if ((Get-Setting $System 'CrashDumpEnabled') -eq 0) {
        return @{ Reason = $Text['reason-disabled']; Steps = @($Text['next-enable'], $Text['next-enable-on-copy']) }
    }
    if ($place.Drive) { return @{ Reason = $Text['reason-other-drive'] -f $place.Path; Steps = @($Text['next-enable'], $Text['next-enable-on-copy'], $Nmi) } }
    if ($place.Closed) { return @{ Reason = $Text['reason-closed-drive'] -f $place.Path; Steps = @($Text['next-letter']) } }
    if ($dedicated) {
        # A crash is written there and not to a page file.
        $place = New-NamedPlace $Search $dedicated 'place-dedicated'
        if ($place.Closed) { return @{ Reason = $Text['reason-closed-drive'] -f $place.Path; Steps = @($Text['next-letter']) } }
        if (-not $place.Drive) { return $null }
        return @{ Reason = $Text['reason-other-drive'] -f $place.Path; Steps = @($Text['next-page-file'], $Nmi) }
    }
    if ($Pages.Files.Count -gt 0 -and $Pages.Here.Count + $Pages.Near.Count -eq 0) {
        return @{ Reason = $Text['reason-temporary-pages'] -f ($Pages.Files -join ', '); Steps = @($Text['next-page-file'], $Text['next-enable-on-copy'], $Nmi) }
    }
    if ($Pages.Files.Count -eq 0 -and $Pages.Named) {
        return @{ Reason = $Text['reason-no-page-file']; Steps = @($Text['next-page-file'], $Text['next-enable-on-copy'], $Nmi) }
    }
    return $null
}

function Get-ArmedReason {
    # A dump is in a page file, or in the dedicated dump file, and cannot be taken out of it.
    param($Armed, [string]$Nmi)
    $reason = ($Text['reason-page-file'] -f $Armed.Place.Path) + ' ' + ($Text['note-not-taken'] -f $Armed.Problem)
    $short = $null -ne $Armed.Header.Required -and $Armed.Header.Required -gt $Armed.Size
    return @{ Reason = $reason; Steps = @($(if ($short) { $Text['next-page-file'], $Nmi } else { $Text['reason-page-file-next'] })) }
}

function Get-Absence {
    # The first reason that fits, the surest first, and the steps that fit it.
    param($Search, $System, [string]$WindowsRoot, [string]$Nmi)
    if (@($Search.Armed).Count -gt 0) { return (Get-ArmedReason $Search.Armed[0] $Nmi) }
    if ($System.Problem) {
        return @{ Reason = ($Text['hive-problem'] -f $System.Problem) + ' ' + $Text['reason-unknown']; Steps = @($Nmi) }
    }
    $pages = Get-Pages $Search $System
    $setting = Get-SettingReason $Search $System $pages $Nmi
    if ($setting) { return $setting }
    $notes = Get-Notes $System $pages $WindowsRoot $System.Crashed
    if ($Search.Damaged) {
        $absence = @{ Reason = $Text['reason-damaged'] -f $Search.Damaged; Steps = @() }
    } elseif ($System.Crashed) {
        $absence = @{ Reason = $Text['reason-lost']; Steps = @($Text['reason-page-file-next']) }
    } else {
        $absence = @{ Reason = $Text['reason-never']; Steps = @() }
    }
    $absence.Reason = (@($absence.Reason) + $notes.Reasons) -join ' '
    $absence.Steps = @($absence.Steps) + $notes.Steps + @($Nmi)
    return $absence
}

function Set-Explanation {
    # Says why there is no dump. What the header says of one that could not be taken is told all the same.
    param($Answer, $System, $Search, [string]$WindowsRoot)
    $nmi = Get-NmiStep
    $absence = Get-Absence $Search $System $WindowsRoot $nmi
    $steps = @($absence.Steps)
    $autoReboot = Get-Setting $System 'AutoReboot'
    if ($null -ne $autoReboot -and $autoReboot -ne 0 -and $steps -contains $nmi) { $steps += $Text['next-reset'] }
    if (@($Search.Armed).Count -gt 0) { Set-Crash $Answer $Search.Armed[0].Header }
    $Answer.status = 'not-found'
    $Answer.reason = $absence.Reason
    $Answer.nextSteps = $steps
}
