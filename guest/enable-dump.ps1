<#
.SYNOPSIS
Sets the Windows of the attached copy to write a crash dump at its next crash, or undoes that.

.DESCRIPTION
Runs on the repair VM as SYSTEM, by a managed run command, in Windows PowerShell 5.1, after mount-os-disk.ps1 and after
everything that reads the copy. It is the only script of the kit that writes to the copy, and runs only when asked for.

What it needs:    the copy attached as a data disk at a known LUN, with a Windows; for a BitLocker volume its recovery key.
What it changes:  five values of the SYSTEM hive, in each control set that the next start may use. Below
                  Control\CrashControl: CrashDumpEnabled = 7 (automatic), DumpFile = %SystemRoot%\MEMORY.DMP,
                  AutoReboot = 0 (the first crash stays in the page file, no later one overwrites it, and the blue screen
                  waits for an NMI), NMICrashDump = 1. Below Control\Session Manager\Memory Management: PagingFiles gets
                  C:\pagefile.sys of a size that Windows manages, if no page file is on C:.
                  The disk is writable only meanwhile; to mount it so, Windows may replay the volume's own journal.
How it writes:    a copy of the hive and its logs is loaded and changed on this VM. It comes back clean and takes the place
                  of the hive in one rename, so that a script killed at any moment leaves the old hive or the new one.
                  Windows reads no log of a clean hive, so the logs stay.
How to undo:      run it with -Undo true. What was there before is in SYSTEM.azure-repair-kit.json beside the hive.
Its answer:       the last line, one JSON object of at most 3,500 bytes. Exit code 0 whatever the answer says;
                  1 when the script itself failed, and then the last line says why.

Sources:
  the values              https://learn.microsoft.com/troubleshoot/windows-server/performance/memory-dump-file-options
  page file of a dump     https://learn.microsoft.com/troubleshoot/windows-server/performance/troubleshoot-stop-errors-best-practices-dump-configuration-recommendations
  on an offline disk      https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/serial-console-memory-dump-collection
  control sets            https://github.com/MicrosoftDocs/SupportArticles-docs/blob/main/support/azure/virtual-machines/windows/windows-stop-error-bad-system-config-info.md
  clean hives and logs    https://github.com/msuhanov/regf/blob/master/Windows%20registry%20file%20format%20specification.md
  replacing by renaming   https://learn.microsoft.com/windows/win32/api/winbase/nf-winbase-movefileexw
  swapping an OS disk     https://learn.microsoft.com/troubleshoot/azure/virtual-machines/windows/troubleshoot-recovery-disks-portal-windows

.PARAMETER Lun
Logical unit number of the copy, as Azure counts it.

.PARAMETER WindowsRoot
Folder of the broken Windows on this VM, such as F:\Windows. Empty when it could not be mounted.

.PARAMETER Undo
true to put back what was there before; false to set the values.

.PARAMETER RecoveryKey
BitLocker recovery key of the copy: 48 digits in eight groups of six, with hyphens. A secret: a run command takes it as a
protected parameter. Making the disk writable locks its volumes, so it is needed here again.

.PARAMETER SourceVmId
Resource id of the broken VM; for the commands in the answer.

.PARAMETER CopyDiskId
Resource id of the copy; for the commands in the answer.

.PARAMETER RunId
Any text. A run command runs again only when something in it has changed; this is what changes.
#>
param(
    [Parameter(Mandatory = $true)][ValidateRange(0, 63)][int]$Lun,
    [AllowEmptyString()][string]$WindowsRoot = '',
    [ValidateSet('true', 'false')][string]$Undo = 'false',
    [AllowEmptyString()][string]$RecoveryKey = '',
    [AllowEmptyString()][string]$SourceVmId = '',
    [AllowEmptyString()][string]$CopyDiskId = '',
    [string]$RunId = ''
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$AnswerLimit = 3500

# What the script says. One sentence a line, single quotes: the kit's model of this script reads them from here.
$Text = @{
    'not-mounted'       = 'No Windows of the copy is mounted, so nothing was changed.'
    'not-mounted-next'  = 'Look at the answer of the step before (mounting the disk); it says why.'
    'booted'            = 'This VM was started from the attached copy (disk {0}, LUN {1}), so nothing was changed.'
    'booted-next'       = 'Make the repair VM again with another Windows version than that of the broken VM (imageSku).'
    'no-disk'           = 'No data disk is at LUN {0}, so nothing was changed.'
    'no-disk-next'      = 'See that the copy is attached to the repair VM at LUN {0}: az vm show --query storageProfile.dataDisks'
    'root-missing'      = 'The disk at LUN {0} holds no Windows at {1}, so nothing was changed.'
    'root-missing-next' = 'Run the mount step again, then this one.'
    'needs-key'         = 'Volume {0}: is encrypted with BitLocker, and making the disk writable locks it; no recovery key was given, so nothing was changed.'
    'needs-key-next'    = 'Give the recovery key to this step as a secret: pulumi config set --secret azure-repair-kit:bitLockerRecoveryKey, then pulumi up.'
    'refused'           = 'Nothing was changed: {0}'
    'refused-next'      = 'Connect by RDP and look at the disk and its registry; the copy can be made afresh at any time (change snapshotTrigger).'
    'undone'            = 'The settings are again what they were.'
    'no-backup'         = 'Nothing is to be undone: {0} is not there.'
    'left-alone'        = '{0} was left alone: it is not what this step had set.'
    'dedicated'         = 'DedicatedDumpFile is set ({0}): the dump goes there, not to the page file.'
    'next-disk'         = 'Make a disk of your own from the changed copy (same zone, SKU and security type as the OS disk of the broken VM): az disk create --resource-group {0} --name NAME --source {1}'
    'next-swap'         = 'Whether it goes into the broken VM is your decision; the disk that is there stays and can go back the same way: az vm deallocate --resource-group {0} --name {1}; az vm update --resource-group {0} --name {1} --os-disk DISK-ID; az vm start --resource-group {0} --name {1}'
    'next-crash'        = 'Let it crash. It stays at the blue screen, with the dump in the page file of C:, which needs as much free space as the VM has memory. Restart it once so that Windows takes the dump out, then run this kit again (change snapshotTrigger).'
    'next-nmi'          = 'If it hangs instead: az serial-console send nmi --resource-group {0} --name {1}'
}

# Its parts; the catalogue puts the text of each in place of its line before the script is sent.
. "$PSScriptRoot\parts\answer-line.ps1"
. "$PSScriptRoot\parts\vm-names.ps1"
. "$PSScriptRoot\parts\find-copy.ps1"
. "$PSScriptRoot\parts\disk-online.ps1"
. "$PSScriptRoot\parts\volume-signature.ps1"
. "$PSScriptRoot\parts\bitlocker.ps1"
. "$PSScriptRoot\parts\letter.ps1"
. "$PSScriptRoot\parts\volumes.ps1"
. "$PSScriptRoot\parts\loaded-hive.ps1"
. "$PSScriptRoot\parts\registry-values.ps1"
. "$PSScriptRoot\parts\dump-settings.ps1"
. "$PSScriptRoot\parts\writable-disk.ps1"
. "$PSScriptRoot\parts\replace-file.ps1"
. "$PSScriptRoot\parts\hive-change.ps1"

function New-Answer {
    return [ordered]@{
        schema = 1; status = $null; windowsRoot = $null; controlSets = @(); changes = @(); backupFile = $null; reason = $null; nextSteps = @()
    }
}

function Set-Status {
    param($Answer, [string]$Status, [string]$Reason, [string[]]$NextSteps)
    $Answer.status = $Status
    $Answer.reason = $Reason
    $Answer.nextSteps = @($NextSteps)
}

function Get-SwapSteps {
    # With the names of the broken VM, so that the commands can be pasted.
    $names = @(Get-VmNames)
    $copy = $(if ($CopyDiskId) { $CopyDiskId } else { 'COPY-DISK-ID' })
    return @(($Text['next-disk'] -f $names[0], $copy), ($Text['next-swap'] -f $names), $Text['next-crash'], ($Text['next-nmi'] -f $names))
}

function Find-Volume {
    # The Windows of the copy, online. A script that was ended half-way may have left the disk offline, or without a letter.
    param($Answer)
    $root = $WindowsRoot.Trim().TrimEnd('\')
    if (-not $root) {
        Set-Status $Answer 'not-mounted' $Text['not-mounted'] $Text['not-mounted-next']
        return $null
    }
    $found = (Wait-Copy).Found
    if ($found.State -eq 'booted') {
        Set-Status $Answer 'refused' ($Text['booted'] -f $found.Disk.Number, $Lun) $Text['booted-next']
        return $null
    }
    if ($found.State -eq 'absent') {
        Set-Status $Answer 'not-mounted' ($Text['no-disk'] -f $Lun) ($Text['no-disk-next'] -f $Lun)
        return $null
    }
    if ($found.Disk.IsOffline -or -not $found.Disk.IsReadOnly) { $null = Set-Online $found.Disk $false }
    $disk = @(Get-Disk -Number $found.Disk.Number -ErrorAction Stop)[0]
    $windows = @(Get-CandidatePartitions $disk | ForEach-Object { Get-Finding $_ } | Where-Object { $_.Windows })
    $volume = @($windows | Where-Object { "$($_.Letter):\Windows" -eq $root })
    if ($volume.Count -eq 0 -and $windows.Count -eq 1) { $volume = $windows }
    if ($volume.Count -eq 0) {
        Set-Status $Answer 'not-mounted' ($Text['root-missing'] -f $Lun, $root) $Text['root-missing-next']
        return $null
    }
    $Answer.windowsRoot = "$($volume[0].Letter):\Windows"
    return $volume[0]
}

function Get-BackupFile {
    # Null when there is none.
    param([string]$Backup)
    if (Test-Path -LiteralPath $Backup) { return $Backup }
    return $null
}

function Get-Answer {
    $answer = New-Answer
    $volume = Find-Volume $answer
    if (-not $volume) { return $answer }
    $hive = "$($answer.windowsRoot)\System32\config\SYSTEM"
    $backup = "$hive.azure-repair-kit.json"
    $undoing = $Undo -eq 'true'
    $answer.backupFile = Get-BackupFile $backup
    if ($undoing -and -not $answer.backupFile) {
        Set-Status $answer 'nothing-to-undo' ($Text['no-backup'] -f $backup) @()
        return $answer
    }
    if ($volume.BitLocker -eq 'unlocked' -and -not $RecoveryKey) {
        Set-Status $answer 'refused' ($Text['needs-key'] -f $volume.Letter) $Text['needs-key-next']
        return $answer
    }
    try {
        $plan = Get-Plan $hive $backup $undoing
        if ($plan.Changes.Count -gt 0 -or $undoing) {
            # Looked at again once it is writable: mounting it may have replayed the volume's journal.
            $plan = Use-WritableDisk $volume {
                # The backup is looked for here, because the disk may not come back, and whatever becomes of the hive.
                try { Save-Plan $hive $backup $undoing } finally { $answer.backupFile = Get-BackupFile $backup }
            }
        }
    } catch {
        $reason = $Text['refused'] -f (Hide-Secrets $_.Exception.Message)
        if ($script:ReadOnlyProblem) { $reason = $reason.TrimEnd('.') + '. ' + ($Text['not-read-only-again'] -f $script:ReadOnlyProblem) }
        Set-Status $answer 'refused' $reason $Text['refused-next']
        return $answer
    }
    $answer.controlSets = @($plan.ControlSets)
    $answer.changes = @($plan.Changes | ForEach-Object { Get-ChangeText $_ })
    $told = @($plan.Told)
    if ($script:ReadOnlyProblem) { $told += $Text['not-read-only-again'] -f $script:ReadOnlyProblem }
    if ($undoing) {
        Set-Status $answer 'undone' ((@($Text['undone']) + $told) -join ' ') @()
    } else {
        Set-Status $answer 'enabled' ($told -join ' ') (Get-SwapSteps)
        if (-not $answer.reason) { $answer.reason = $null }
    }
    return $answer
}

Complete-Script 'enable-dump' 'changes'
