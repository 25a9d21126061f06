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
$DiskWaitSeconds = 120
$DiskPollSeconds = 5
# Azure's disks: SAS or SCSI, or NVMe on newer sizes. ATA is where a Generation 1 VM has its own OS disk and temporary disk.
$DataDiskBuses = @('SAS', 'SCSI', 'RAID', 'NVMe')

# What the script says. One sentence a line, single quotes: the kit's model of this script reads them from here.
$Text = @{
    'booted-from-copy'        = 'This VM was started from the attached copy (disk {0}, LUN {1}), not from its own OS disk.'
    'booted-from-copy-next-1' = 'Do not sign in to this VM: it runs the broken Windows, and what it does changes the copy.'
    'booted-from-copy-next-2' = 'Make the repair VM again with another Windows version than that of the broken VM (imageSku): two disks from one image have one signature, and the firmware may start either.'
    'booted-from-copy-next-3' = 'Take a fresh copy with it (change snapshotTrigger): this one has been written to.'
    'no-boot-disk'            = 'Windows names no disk as the one it was started from, so it cannot be proved that this VM runs from its own OS disk.'
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

# Partition types that tell what a disk is, if no Windows is found on it.
$ForeignPartitions = @(
    @{ Kind = 'linux'; Name = 'a Linux'; Gpt = @('{0fc63daf-8483-4772-8e79-3d69d8477de4}', '{e6d6d379-f507-44c2-a23c-238f2a3df928}'); Mbr = @(0x83, 0x8e) },
    @{ Kind = 'dynamic'; Name = 'a dynamic disk'; Gpt = @('{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}', '{af9b60a0-1431-4f62-bc68-3311714a69ad}'); Mbr = @(0x42) },
    @{ Kind = 'spaces'; Name = 'a part of a Storage Spaces pool'; Gpt = @('{e75caf8f-f680-4cee-afa3-b001e56efc2d}'); Mbr = @(0xe7) }
)

function Get-OrNone {
    # What a command gives; nothing, when it says that there is nothing. Its other errors stop the script.
    param([scriptblock]$Command)
    try {
        return @(& $Command)
    } catch {
        if ("$($_.CategoryInfo.Category)" -eq 'ObjectNotFound') { return @() }
        throw
    }
}

function Get-LocationNumber {
    param($Disk, [string]$Word)
    # "Integrated : Bus 0 : Device 63667 : Function 30747 : Adapter 3 : Port 0 : Target 0 : LUN 0"
    if ("$($Disk.Location)" -match "\b$Word (\d+)") { return [int]$Matches[1] }
    return $null
}

function Get-DiskLun {
    # The LUN as Azure counts it. On NVMe the OS disk is namespace 1 and LUN n is namespace n + 2; Windows counts namespaces from 0.
    param($Disk)
    $number = Get-LocationNumber $Disk 'LUN'
    if ($null -eq $number) {
        $drive = @(Get-CimInstance -ClassName Win32_DiskDrive -Filter "Index = $($Disk.Number)" -ErrorAction SilentlyContinue)
        if ($drive.Count -ne 1 -or $null -eq $drive[0].SCSILogicalUnit) { return $null }
        $number = [int]$drive[0].SCSILogicalUnit
    }
    if ("$($Disk.BusType)" -eq 'NVMe') { return $number - 1 }
    return $number
}

function Test-TemporaryDisk {
    param($Disk)
    if ($Disk.IsOffline) { return $false }
    foreach ($partition in @(Get-OrNone { Get-Partition -DiskNumber $Disk.Number -ErrorAction Stop })) {
        $volume = @(Get-OrNone { Get-Volume -Partition $partition -ErrorAction Stop })
        if ($volume.Count -gt 0 -and "$($volume[0].FileSystemLabel)" -eq 'Temporary Storage') { return $true }
    }
    return $false
}

function Find-Copy {
    # Gives the state 'found', 'booted' (the VM was started from it) or 'absent', and the disk.
    param([object[]]$Disks)
    $started = @($Disks | Where-Object { $_.IsBoot -or $_.IsSystem })
    if ($started.Count -eq 0) { throw $Text['no-boot-disk'] }
    $atLun = @($Disks | Where-Object { $DataDiskBuses -contains "$($_.BusType)" -and (Get-DiskLun $_) -eq $Lun })
    $startedAtLun = @($atLun | Where-Object { $_.IsBoot -or $_.IsSystem })
    $others = @($atLun | Where-Object { -not ($_.IsBoot -or $_.IsSystem) -and -not (Test-TemporaryDisk $_) })

    if ($startedAtLun.Count -eq 0) {
        if ($others.Count -eq 0) { return @{ State = 'absent'; Disk = $null } }
        return @{ State = 'found'; Disk = (Select-OnDataController $others) }
    }

    # LUN 0 is also where a Generation 2 VM has its own OS disk, on the first controller; data disks are on later ones.
    $ownLun = $Lun -eq 0
    if ($others.Count -gt 0) {
        $last = Select-OnDataController $atLun
        if ($last.IsBoot -or $last.IsSystem) { return @{ State = 'booted'; Disk = $last } }
        return @{ State = 'found'; Disk = $last }
    }
    $ownDiskOnAta = @($Disks | Where-Object { "$($_.BusType)" -eq 'ATA' -and -not $_.IsBoot -and -not (Test-TemporaryDisk $_) }).Count -gt 0
    if ($ownLun -and -not $ownDiskOnAta) { return @{ State = 'absent'; Disk = $null } }
    return @{ State = 'booted'; Disk = $startedAtLun[0] }
}

function Select-OnDataController {
    param([object[]]$Disks)
    return @($Disks | Sort-Object -Property @{ Expression = { [int](Get-LocationNumber $_ 'Adapter') } }, Number)[-1]
}

function Wait-Copy {
    # Waiting is counted in seconds slept, so that a slow command does not shorten it.
    $waited = 0
    while ($true) {
        $disks = @(Get-Disk -ErrorAction Stop)
        $found = Find-Copy $disks
        if ($found.State -ne 'absent' -or $waited -ge $DiskWaitSeconds) { return @{ Found = $found; Disks = $disks; Waited = $waited } }
        Write-Host "waiting for the disk at LUN ${Lun}: $waited of $DiskWaitSeconds seconds"
        Start-Sleep -Seconds $DiskPollSeconds
        $waited += $DiskPollSeconds
        Update-HostStorageCache -ErrorAction SilentlyContinue
    }
}

function Get-DiskId {
    param($Disk)
    switch ("$($Disk.PartitionStyle)") {
        'GPT' { return "$($Disk.Guid)".Trim('{', '}').ToUpperInvariant() }
        'MBR' { return '{0:X8}' -f [uint32]$Disk.Signature }
        default { return $null }
    }
}

function Set-Online {
    # Read-only before online, so that mounting writes nothing: not the log of a dirty volume, no System Volume Information.
    # A disk with a colliding signature cannot be brought online read-only, because Windows then writes a new signature.
    param($Disk, [bool]$Collides)
    $problem = $null
    if ($Collides) {
        if ($Disk.IsReadOnly) { Set-Disk -Number $Disk.Number -IsReadOnly $false -ErrorAction Stop }
    } else {
        $problem = Set-ReadOnly $Disk
    }
    if ($Disk.IsOffline) {
        Write-Host "bringing disk $($Disk.Number) online"
        Set-Disk -Number $Disk.Number -IsOffline $false -ErrorAction Stop
    }
    if ($Collides) { $problem = Set-ReadOnly (Get-Disk -Number $Disk.Number -ErrorAction Stop) }
    return $problem
}

function Set-ReadOnly {
    param($Disk)
    if ($Disk.IsReadOnly) { return $null }
    try {
        Set-Disk -Number $Disk.Number -IsReadOnly $true -ErrorAction Stop
        return $null
    } catch {
        # Not worth losing the dump for: the copy is a copy. It is told.
        Write-Host "disk $($Disk.Number) could not be made read-only: $($_.Exception.Message)"
        return $_.Exception.Message
    }
}

function Get-FreeLetter {
    # F first, because Microsoft's procedure speaks of F:\Windows.
    $used = @(Get-Volume -ErrorAction Stop | ForEach-Object { "$($_.DriveLetter)".Trim([char]0) } | Where-Object { $_ })
    foreach ($letter in 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'E') {
        if ($used -notcontains $letter -and -not (Test-Path -LiteralPath "${letter}:\")) { return $letter }
    }
    throw 'no drive letter is free'
}

function Get-Letter {
    param($Thing)
    $letter = "$($Thing.DriveLetter)".Trim([char]0)
    if ($letter) { return $letter.ToUpperInvariant() }
    return $null
}

function Test-Locked {
    param([string]$Letter)
    if (Get-Command -Name Get-BitLockerVolume -ErrorAction SilentlyContinue) {
        $state = @(Get-BitLockerVolume -MountPoint "${Letter}:" -ErrorAction SilentlyContinue)
        if ($state.Count -gt 0) { return "$($state[0].LockStatus)" -eq 'Locked' }
    }
    return $null
}

function Get-CandidatePartitions {
    # Largest first: the Windows volume is, and small ones then never get a letter.
    param($Disk)
    return @(Get-OrNone { Get-Partition -DiskNumber $Disk.Number -ErrorAction Stop } | Sort-Object -Property Size -Descending)
}

function Get-ForeignKind {
    param($Partition)
    foreach ($kind in $ForeignPartitions) {
        if ($Partition.GptType -and $kind.Gpt -contains "$($Partition.GptType)".ToLowerInvariant()) { return $kind }
        if (-not $Partition.GptType -and $Partition.MbrType -and $kind.Mbr -contains [int]$Partition.MbrType) { return $kind }
    }
    return $null
}

function Test-NeverWindows {
    # EFI system, Microsoft reserved and recovery partitions: they stay without a letter.
    param($Partition)
    $types = @('{c12a7328-f81f-11d2-ba4b-00a0c93ec93b}', '{e3c9e316-0b5c-4db8-817d-f92df00215ae}', '{de94bba4-06d1-4d40-a16a-bfd50179d6ac}')
    if ($Partition.GptType) { return $types -contains "$($Partition.GptType)".ToLowerInvariant() }
    return @(0xef, 0x27) -contains [int]$Partition.MbrType
}

function Get-VolumeFinding {
    # What is on one partition. A letter given for looking is taken back when there is no Windows.
    param($Partition)
    $volume = @(Get-OrNone { Get-Volume -Partition $Partition -ErrorAction Stop })
    $finding = @{ Letter = (Get-Letter $Partition); Label = ''; FileSystem = ''; Size = [long]$Partition.Size; Windows = $false; Locked = $false; Foreign = (Get-ForeignKind $Partition); Unreadable = $false }
    if ($volume.Count -gt 0) {
        $finding.Label = "$($volume[0].FileSystemLabel)"
        $finding.FileSystem = "$($volume[0].FileSystem)"
    }
    if ($finding.Foreign -or (Test-NeverWindows $Partition) -or $volume.Count -eq 0) { return $finding }

    $given = $null
    if (-not $finding.Letter) {
        $given = Get-FreeLetter
        Set-Partition -DiskNumber $Partition.DiskNumber -PartitionNumber $Partition.PartitionNumber -NewDriveLetter $given -ErrorAction Stop
        $finding.Letter = $given
    }
    if (@('NTFS', 'ReFS') -contains $finding.FileSystem) {
        $finding.Windows = Wait-Path "$($finding.Letter):\Windows\System32\config\SYSTEM"
    } elseif (-not $finding.FileSystem -or $finding.FileSystem -eq 'RAW') {
        $locked = Test-Locked $finding.Letter
        $finding.Locked = $locked -eq $true
        $finding.Unreadable = $null -eq $locked
    }
    if ($given -and -not $finding.Windows -and -not $finding.Locked) {
        Remove-PartitionAccessPath -DiskNumber $Partition.DiskNumber -PartitionNumber $Partition.PartitionNumber -AccessPath "${given}:\" -ErrorAction SilentlyContinue
        $finding.Letter = $null
    }
    return $finding
}

function Wait-Path {
    # A new letter takes a moment to be seen.
    param([string]$Path)
    $root = $Path.Substring(0, 3)
    for ($try = 0; $try -lt 10 -and -not (Test-Path -LiteralPath $root); $try++) { Start-Sleep -Seconds 1 }
    return [bool](Test-Path -LiteralPath $Path -PathType Leaf)
}

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

function ConvertTo-AnswerLine {
    # ASCII only, so that no code page on the way changes it; characters that 5.1 escapes are escaped everywhere.
    param($Answer)
    $json = ConvertTo-Json -InputObject $Answer -Compress -Depth 6
    return [regex]::Replace($json, "[^\x20-\x7e]|['<>&]", { param($match) '\u{0:x4}' -f [int][char]$match.Value })
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

function Get-DiskList {
    param([object[]]$Disks)
    return (@($Disks | ForEach-Object {
        $at = Get-DiskLun $_
        "$($_.Number) ($($_.BusType)" + $(if ($null -ne $at) { ", LUN $at" }) + ')'
    }) -join ', ')
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
