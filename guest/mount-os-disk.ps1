<#
.SYNOPSIS
Brings the attached copy of an OS disk online, read-only, and tells the drive letter of its Windows.

.DESCRIPTION
Runs on the repair VM as SYSTEM, by a managed run command, in Windows PowerShell 5.1.

What it needs:    the copy attached as a data disk at a known LUN; for a volume that BitLocker locks, its recovery key.
What it changes:  the state of that disk in this VM: online, read-only, drive letters, unlocked. Nothing on the disk
                  itself, with one exception that it tells: Windows gives a disk a new signature when it brings online
                  one whose signature another disk of the VM has.
How to undo:      detach the disk, or delete the repair VM.
Its answer:       the last line, one JSON object of at most 3,500 bytes. Exit code 0 whatever the answer says;
                  1 when the script itself failed, and then the last line says why.

Sources:
  disks online and offline, SAN policy   https://learn.microsoft.com/windows-server/administration/windows-commands/san
  signature collisions                   https://learn.microsoft.com/archive/blogs/markrussinovich/fixing-disk-signature-collisions
  why the copy may start instead         https://github.com/MicrosoftDocs/SupportArticles-docs/issues/643
  NVMe namespace of a LUN                https://github.com/Azure/azure-vm-utils/blob/main/udev/80-azure-disk.rules
  choosing disks by bus type             https://github.com/Azure/repair-script-library (pull requests 144 and 145)
  encrypted disks, BEK files             https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/unlock-encrypted-disk-offline
  unlocking with a recovery key          https://learn.microsoft.com/powershell/module/bitlocker/unlock-bitlocker
  BitLocker is a feature of the server   https://learn.microsoft.com/windows/security/operating-system-security/data-protection/bitlocker/install-server
  the dirty bit of a volume              https://learn.microsoft.com/previous-versions/windows/desktop/legacy/aa394515(v=vs.85)

.PARAMETER Lun
Logical unit number of the copy, as Azure counts it.

.PARAMETER RunId
Any text. A run command runs again only when something in it has changed; this is what changes.

.PARAMETER RecoveryKey
BitLocker recovery key of the copy: 48 digits in eight groups of six, with hyphens. A secret: a run command takes it as a
protected parameter. It is handed to Unlock-BitLocker inside this process, never to a program, and never written.
#>
param(
    [Parameter(Mandatory = $true)][ValidateRange(0, 63)][int]$Lun,
    [string]$RunId = '',
    [AllowEmptyString()][string]$RecoveryKey = ''
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$AnswerLimit = 3500
# Of volumes, in a sentence: a disk has at most 128 partitions.
$MostTold = 4

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
    'encrypted'               = 'Volume {0}: ({1} bytes) is encrypted with BitLocker and locked.'
    'encrypted-no-letter'     = 'A volume of {0} bytes is encrypted with BitLocker and locked.'
    'encrypted-next-feature'  = 'BitLocker is not installed on this VM, so nothing on it can unlock the volume: Install-WindowsFeature BitLocker -IncludeAllSubFeature -IncludeManagementTools -Restart'
    'encrypted-next-key'      = 'Get the recovery key of the broken VM (48 digits) from where your organisation keeps BitLocker keys, and give it to this step as a secret: pulumi config set --secret azure-repair-kit:bitLockerRecoveryKey, then pulumi up.'
    'encrypted-next-hand'     = 'Or unlock the volume on the repair VM by hand, manage-bde -unlock {0}: -RecoveryPassword KEY, and run this step again.'
    'encrypted-next-ade'      = 'With Azure Disk Encryption the key is a BEK file, kept as a secret in the key vault that az vm encryption show names (base64; one of content type Wrapped BEK is unwrapped with the key encryption key first). Write it to a file on the repair VM, or take it from the volume "BEK Volume" there: manage-bde -unlock {0}: -RecoveryKey FILE.BEK'
    'locked-beside'           = 'Volume {0}: ({1} bytes) is encrypted with BitLocker and stays locked: what is on it is not searched.'
    'no-partitions'           = 'The disk has no partition table.'
    'no-windows'              = 'No volume of the disk holds \Windows\System32\config\SYSTEM.'
    'no-windows-seen'         = 'Volumes seen: {0}.'
    'no-windows-next'         = 'See that the copy was made from the OS disk of the broken VM, and not from a data disk.'
    'unsupported'             = 'The disk cannot be read by this step: it holds {0}.'
    'unsupported-next-linux'  = 'Use the kit for Windows VMs only; for Linux: az vm repair.'
    'unsupported-next'        = 'Connect by RDP and look at the disk in Disk Management and Server Manager.'
    'collision'               = 'The disk was offline because another disk of this VM has the same signature. Windows gave it a new one: {0} instead of {1}.'
    'collision-next'          = 'Do not swap this copy back into the broken VM: it does not start with the changed signature. Make a new disk from the snapshot for that.'
    'not-read-only'           = 'The disk could not be made read-only: {0}'
    'dirty'                   = 'Volume {0}: was not unmounted (it is dirty), and a read-only disk is not repaired: its last seconds may be missing.'
    'several-windows'         = '{0} volumes hold a Windows: {1}. {2}: was taken, because its registry was written last.'
}

# Its parts; the catalogue puts the text of each in place of its line before the script is sent.
. "$PSScriptRoot\parts\answer-line.ps1"
. "$PSScriptRoot\parts\find-copy.ps1"
. "$PSScriptRoot\parts\disk-online.ps1"
. "$PSScriptRoot\parts\volume-signature.ps1"
. "$PSScriptRoot\parts\bitlocker.ps1"
. "$PSScriptRoot\parts\letter.ps1"
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

function Get-UnlockSteps {
    param([string]$Letter)
    $steps = @()
    if (-not (Test-BitLockerFeature)) { $steps += $Text['encrypted-next-feature'] }
    return $steps + @($Text['encrypted-next-key'], ($Text['encrypted-next-hand'] -f $Letter), ($Text['encrypted-next-ade'] -f $Letter))
}

function Set-Refusal {
    # No Windows was found: says what is there instead.
    param($Answer, [object[]]$Findings)
    $locked = @($Findings | Where-Object { $_.BitLocker -eq 'locked' })
    $foreign = @($Findings | Where-Object { $_.Foreign })
    if ($locked.Count -gt 0) {
        $first = $locked[0]
        $Answer.status = 'encrypted'
        Add-Sentence $Answer $(if ($first.Letter) { $Text['encrypted'] -f $first.Letter, $first.Size } else { $Text['encrypted-no-letter'] -f $first.Size })
        if ($first.KeyProblem) { Add-Sentence $Answer $first.KeyProblem }
        $Answer.driveLetter = $first.Letter
        $Answer.nextSteps = @(Get-UnlockSteps $(if ($first.Letter) { $first.Letter } else { 'X' }))
    } elseif ($foreign.Count -gt 0) {
        $Answer.status = 'unsupported'
        Add-Sentence $Answer ($Text['unsupported'] -f $foreign[0].Foreign.Name)
        $Answer.nextSteps = @($(if ($foreign[0].Foreign.Kind -eq 'linux') { $Text['unsupported-next-linux'] } else { $Text['unsupported-next'] }))
    } else {
        $Answer.status = 'no-windows-volume'
        Add-Sentence $Answer $(if ($Findings.Count -eq 0) { $Text['no-partitions'] } else { $Text['no-windows'] })
        $seen = @($Findings | Where-Object { $_.FileSystem } | ForEach-Object { Get-VolumeName $_ } | Select-Object -First $MostTold)
        if ($seen.Count -gt 0) { Add-Sentence $Answer ($Text['no-windows-seen'] -f ($seen -join ', ')) }
        $Answer.nextSteps = @($Text['no-windows-next'])
    }
}

function Set-Mounted {
    # Of several, the Windows that ran last: the one whose registry was written last, and of these the largest.
    param($Answer, [object[]]$Windows, [object[]]$Findings)
    $taken = $Windows[0]
    foreach ($one in $Windows) { if ($one.HiveTime -gt $taken.HiveTime) { $taken = $one } }
    $Answer.status = 'mounted'
    $Answer.driveLetter = $taken.Letter
    $Answer.windowsRoot = "$($taken.Letter):\Windows"
    if ($Windows.Count -gt 1) {
        $all = @($Windows | ForEach-Object { Get-VolumeName $_ } | Select-Object -First $MostTold) -join ', '
        Add-Sentence $Answer ($Text['several-windows'] -f $Windows.Count, $all, $taken.Letter)
    }
    if ($taken.Dirty) { Add-Sentence $Answer ($Text['dirty'] -f $taken.Letter) }
    foreach ($one in @($Findings | Where-Object { $_.BitLocker -eq 'locked' -and $_.Letter } | Select-Object -First $MostTold)) {
        Add-Sentence $Answer ($Text['locked-beside'] -f $one.Letter, $one.Size)
    }
}

function Get-VolumeName {
    param($Finding)
    return $(if ($Finding.Letter) { "$($Finding.Letter): " } else { '' }) + "$($Finding.FileSystem) of $($Finding.Size) bytes"
}

function Get-DiskId {
    param($Disk)
    switch ("$($Disk.PartitionStyle)") {
        'GPT' { return "$($Disk.Guid)".Trim('{', '}').ToUpperInvariant() }
        'MBR' { return '{0:X8}' -f [uint32]$Disk.Signature }
        default { return $null }
    }
}

function Get-DiskList {
    param([object[]]$Disks)
    return (@($Disks | ForEach-Object {
        $at = Get-DiskLun $_
        "$($_.Number) ($($_.BusType)" + $(if ($null -ne $at) { ", LUN $at" }) + ')'
    }) -join ', ')
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

    $findings = @(Get-CandidatePartitions $disk | ForEach-Object { Get-Finding $_ })
    $windows = @($findings | Where-Object { $_.Windows })
    $failed = @($findings | Where-Object { $_.Failure })
    # The Windows may be on the volume that could not be looked at: no answer, so that the step is run again.
    if ($windows.Count -eq 0 -and $failed.Count -gt 0) { throw $failed[0].Failure }
    $answer.volumes = @($findings | ForEach-Object {
        [ordered]@{
            driveLetter = $_.Letter; label = $_.Label; fileSystem = $_.FileSystem; size = $_.Size; windows = $_.Windows
            bitLocker = $_.BitLocker; dirty = $_.Dirty
        }
    })
    if ($windows.Count -gt 0) { Set-Mounted $answer $windows $findings } else { Set-Refusal $answer $findings }
    $problems = @($findings | ForEach-Object { $_.Problem } | Where-Object { $_ })
    foreach ($problem in @($problems | Select-Object -First $MostTold)) { Add-Sentence $answer $problem }
    if ($answer.disk.id -ne $originalId) {
        Add-Sentence $answer ($Text['collision'] -f $answer.disk.id, $originalId)
        $answer.nextSteps = @($answer.nextSteps) + @($Text['collision-next'])
    }
    if ($readOnlyProblem) { Add-Sentence $answer ($Text['not-read-only'] -f $readOnlyProblem) }
    return $answer
}

Complete-Script 'mount-os-disk' 'volumes'
