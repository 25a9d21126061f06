<#
.SYNOPSIS
Brings the attached copy of an OS disk online, read-only, and tells the drive letter of its Windows.

.DESCRIPTION
Runs on the repair VM as SYSTEM, by a managed run command, in Windows PowerShell 5.1.

What it needs:    the copy attached as a data disk at a known LUN.
What it changes:  the state of that disk in this VM: online, read-only, a drive letter. Nothing on the disk itself, with
                  one exception that it tells: Windows gives a disk a new signature when it brings online one whose
                  signature another disk of the VM has.
How to undo:      detach the disk, or delete the repair VM.
Its answer:       the last line, one JSON object of at most 3,500 bytes. Exit code 0 whatever the answer says;
                  1 when the script itself failed, and then the last line says why.

Sources:
  disks online and offline, SAN policy   https://learn.microsoft.com/windows-server/administration/windows-commands/san
  signature collisions                   https://learn.microsoft.com/archive/blogs/markrussinovich/fixing-disk-signature-collisions
  why the copy may start instead         https://github.com/MicrosoftDocs/SupportArticles-docs/issues/643
  NVMe namespace of a LUN                https://github.com/Azure/azure-vm-utils/blob/main/udev/80-azure-disk.rules
  choosing disks by bus type             https://github.com/Azure/repair-script-library (pull requests 144 and 145)
  encrypted disks                        https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/unlock-encrypted-disk-offline

.PARAMETER Lun
Logical unit number of the copy, as Azure counts it.

.PARAMETER RunId
Any text. A run command runs again only when something in it has changed; this is what changes.
#>
param(
    [Parameter(Mandatory = $true)][ValidateRange(0, 63)][int]$Lun,
    [string]$RunId = ''
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$AnswerLimit = 3500

# What the script says. One sentence a line, single quotes: the kit's model of this script reads them from here.
$Text = @{
    'booted-from-copy'        = 'This VM was started from the attached copy (disk {0}, LUN {1}), not from its own OS disk.'
    'booted-from-copy-next-1' = 'Do not sign in to this VM: it runs the broken Windows, and what it does changes the copy.'
    'booted-from-copy-next-2' = 'Make the repair VM again with another Windows version than that of the broken VM (imageSku): two disks from one image have one signature, and the firmware may start either.'
    'booted-from-copy-next-3' = 'Take a fresh copy with it (change snapshotTrigger): this one has been written to.'
    'disk-not-found'          = 'No data disk is at LUN {0} after {1} seconds. Disks seen: {2}.'
    'disk-not-found-next-1'   = 'See that the copy is attached to the repair VM at LUN {0}: az vm show --query storageProfile.dataDisks'
    'disk-not-found-next-2'   = 'Run this step again.'
    'still-offline'           = 'Disk {0} stayed offline ({1}) although it was brought online.'
    'still-offline-next'      = 'Connect by RDP and look at the disk in Disk Management.'
    'encrypted'               = 'A volume of {0} bytes is encrypted with BitLocker and locked.'
    'encrypted-next-1'        = 'Get the recovery key of the broken VM: from its key vault (Azure Disk Encryption), or from where your organisation keeps BitLocker keys.'
    'encrypted-next-2'        = 'Unlock the volume on the repair VM: manage-bde -unlock {0}: -RecoveryPassword KEY, then run this step again.'
    'no-partitions'           = 'The disk has no partition table.'
    'no-windows'              = 'No volume of the disk holds \Windows\System32\config\SYSTEM.'
    'unreadable'              = 'A volume of {0} bytes has no file system that Windows knows: damaged, or encrypted (BitLocker is not installed on this VM, so it cannot tell).'
    'no-windows-next'         = 'See that the copy was made from the OS disk of the broken VM, and not from a data disk.'
    'unsupported'             = 'The disk cannot be read by this step: it holds {0}.'
    'unsupported-next-linux'  = 'Use the kit for Windows VMs only; for Linux: az vm repair.'
    'unsupported-next'        = 'Connect by RDP and look at the disk in Disk Management and Server Manager.'
    'collision'               = 'The disk was offline because another disk of this VM has the same signature. Windows gave it a new one: {0} instead of {1}.'
    'collision-next'          = 'Do not swap this copy back into the broken VM: it does not start with the changed signature. Make a new disk from the snapshot for that.'
    'not-read-only'           = 'The disk could not be made read-only: {0}'
    'several-windows'         = '{0} volumes hold a Windows; the largest was taken.'
}

# Its parts; the catalogue puts the text of each in place of its line before the script is sent.
. "$PSScriptRoot\parts\answer-line.ps1"
. "$PSScriptRoot\parts\find-copy.ps1"
. "$PSScriptRoot\parts\disk-online.ps1"
. "$PSScriptRoot\parts\volumes.ps1"

function New-Answer {
    return [ordered]@{
        schema = 1; status = $null; driveLetter = $null; windowsRoot = $null; disk = $null
        volumes = @(); reason = $null; nextSteps = @()
    }
}

function Add-Sentence {
    param($Answer, [string]$Sentence)
    if ($Answer.reason) { $Answer.reason = $Answer.reason + ' ' + $Sentence } else { $Answer.reason = $Sentence }
}

function Write-Answer {
    param($Answer)
    $line = ConvertTo-AnswerLine $Answer
    while ($line.Length -gt $AnswerLimit -and $Answer.volumes.Count -gt 0) {
        $Answer.volumes = @($Answer.volumes | Select-Object -First ($Answer.volumes.Count - 1))
        $Answer.volumesLeftOut = $(if ($Answer.Contains('volumesLeftOut')) { $Answer.volumesLeftOut } else { 0 }) + 1
        $line = ConvertTo-AnswerLine $Answer
    }
    Write-Output $line
}

function Set-Refusal {
    # No Windows was found: says what is there instead.
    param($Answer, [object[]]$Findings)
    $locked = @($Findings | Where-Object { $_.Locked })
    $foreign = @($Findings | Where-Object { $_.Foreign })
    $unreadable = @($Findings | Where-Object { $_.Unreadable })
    if ($locked.Count -gt 0) {
        $Answer.status = 'encrypted'
        Add-Sentence $Answer ($Text['encrypted'] -f $locked[0].Size)
        $Answer.driveLetter = $locked[0].Letter
        $Answer.nextSteps = @($Text['encrypted-next-1'], ($Text['encrypted-next-2'] -f $locked[0].Letter))
    } elseif ($foreign.Count -gt 0) {
        $Answer.status = 'unsupported'
        Add-Sentence $Answer ($Text['unsupported'] -f $foreign[0].Foreign.Name)
        $Answer.nextSteps = @($(if ($foreign[0].Foreign.Kind -eq 'linux') { $Text['unsupported-next-linux'] } else { $Text['unsupported-next'] }))
    } else {
        $Answer.status = 'no-windows-volume'
        Add-Sentence $Answer $(if ($Findings.Count -eq 0) { $Text['no-partitions'] } else { $Text['no-windows'] })
        if ($unreadable.Count -gt 0) { Add-Sentence $Answer ($Text['unreadable'] -f $unreadable[0].Size) }
        $Answer.nextSteps = @($Text['no-windows-next'])
    }
}

function Get-Answer {
    $answer = New-Answer
    $wait = Wait-Copy
    $found = $wait.Found
    if ($found.State -eq 'booted') {
        $answer.status = 'booted-from-copy'
        $answer.reason = $Text['booted-from-copy'] -f $found.Disk.Number, $Lun
        $answer.nextSteps = @($Text['booted-from-copy-next-1'], $Text['booted-from-copy-next-2'], $Text['booted-from-copy-next-3'])
        return $answer
    }
    if ($found.State -eq 'absent') {
        $answer.status = 'disk-not-found'
        $answer.reason = $Text['disk-not-found'] -f $Lun, $wait.Waited, (Get-DiskList $wait.Disks)
        $answer.nextSteps = @(($Text['disk-not-found-next-1'] -f $Lun), $Text['disk-not-found-next-2'])
        return $answer
    }

    $before = $found.Disk
    $originalId = Get-DiskId $before
    $collides = [bool]$before.IsOffline -and "$($before.OfflineReason)" -eq 'Collision'
    Write-Host "disk $($before.Number) is at LUN ${Lun}: $($before.PartitionStyle), id $originalId"
    $readOnlyProblem = Set-Online $before $collides
    $disk = @(Get-Disk -Number $before.Number -ErrorAction Stop)[0]
    $answer.disk = [ordered]@{
        number = [int]$disk.Number; lun = $Lun; busType = "$($disk.BusType)"; partitionStyle = "$($disk.PartitionStyle)"
        id = (Get-DiskId $disk); originalId = $originalId; wasOffline = [bool]$before.IsOffline
        offlineReason = $(if ($before.IsOffline) { "$($before.OfflineReason)" } else { $null }); readOnly = [bool]$disk.IsReadOnly
    }
    if ($disk.IsOffline) {
        $answer.status = 'unsupported'
        $answer.reason = $Text['still-offline'] -f $disk.Number, "$($disk.OfflineReason)"
        $answer.nextSteps = @($Text['still-offline-next'])
        return $answer
    }

    $findings = @(Get-CandidatePartitions $disk | ForEach-Object { Get-VolumeFinding $_ })
    $windows = @($findings | Where-Object { $_.Windows })
    $answer.volumes = @($findings | ForEach-Object {
        [ordered]@{ driveLetter = $_.Letter; label = $_.Label; fileSystem = $_.FileSystem; size = $_.Size; windows = $_.Windows }
    })
    if ($windows.Count -gt 0) {
        $answer.status = 'mounted'
        $answer.driveLetter = $windows[0].Letter
        $answer.windowsRoot = "$($windows[0].Letter):\Windows"
        if ($windows.Count -gt 1) { Add-Sentence $answer ($Text['several-windows'] -f $windows.Count) }
    } else {
        Set-Refusal $answer $findings
    }
    if ($answer.disk.id -ne $originalId) {
        Add-Sentence $answer ($Text['collision'] -f $answer.disk.id, $originalId)
        $answer.nextSteps = @($answer.nextSteps) + @($Text['collision-next'])
    }
    if ($readOnlyProblem) { Add-Sentence $answer ($Text['not-read-only'] -f $readOnlyProblem) }
    return $answer
}

try {
    $answer = Get-Answer
    Write-Host "status: $($answer.status)"
    Write-Answer $answer
    exit 0
} catch {
    Write-Output "mount-os-disk failed: $($_.Exception.Message) (line $($_.InvocationInfo.ScriptLineNumber))"
    exit 1
}
