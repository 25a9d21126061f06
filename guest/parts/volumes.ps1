# What is on the partitions of a disk.

$Text += @{
    'unreadable'    = 'A volume of {0} bytes has no file system that this VM or the kit knows: damaged, or encrypted in another way.'
    'not-looked-at' = 'A volume of {0} bytes could not be looked at: {1}'
    'no-letter'     = 'No drive letter was free for a volume of {0} bytes, so it was not looked at.'
}

# Partition types that tell what a disk is, if no Windows is found on it.
$ForeignPartitions = @(
    @{ Kind = 'linux'; Name = 'a Linux'; Gpt = @('{0fc63daf-8483-4772-8e79-3d69d8477de4}', '{e6d6d379-f507-44c2-a23c-238f2a3df928}'); Mbr = @(0x83, 0x8e) },
    @{ Kind = 'dynamic'; Name = 'a dynamic disk'; Gpt = @('{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}', '{af9b60a0-1431-4f62-bc68-3311714a69ad}'); Mbr = @(0x42) },
    @{ Kind = 'spaces'; Name = 'a part of a Storage Spaces pool'; Gpt = @('{e75caf8f-f680-4cee-afa3-b001e56efc2d}'); Mbr = @(0xe7) }
)

# File systems that tell the same on a partition of another type.
$ForeignSignatures = @{
    ext  = @{ Kind = 'linux'; Name = 'a Linux (ext)' }
    xfs  = @{ Kind = 'linux'; Name = 'a Linux (XFS)' }
    lvm  = @{ Kind = 'linux'; Name = 'a Linux (LVM)' }
    luks = @{ Kind = 'linux'; Name = 'an encrypted Linux (LUKS)' }
    refs = @{ Kind = 'refs'; Name = 'a ReFS volume of a version that this VM does not know' }
}

$MountSeconds = 30

function Get-FreeLetters {
    # F first, because Microsoft's procedure speaks of F:\Windows.
    $used = @(Get-Volume -ErrorAction Stop | ForEach-Object { Get-Letter $_ } | Where-Object { $_ })
    return @('F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'E' |
        Where-Object { $used -notcontains $_ -and -not (Test-Path -LiteralPath "${_}:\") })
}

function Add-Letter {
    # Gives a partition a drive letter; nothing when none is free. A letter may be taken although no volume shows it: then the next.
    param($Partition)
    $problem = $null
    foreach ($letter in @(Get-FreeLetters | Select-Object -First 3)) {
        try {
            Set-Partition -DiskNumber $Partition.DiskNumber -PartitionNumber $Partition.PartitionNumber -NewDriveLetter $letter -ErrorAction Stop
            return $letter
        } catch {
            $problem = $_
        }
    }
    if ($problem) { throw $problem }
    return $null
}

function Get-CandidatePartitions {
    # Largest first: the Windows volume is, and gets the first letter. Partitions show up a moment after the disk is online.
    param($Disk)
    $order = @{ Expression = 'Size'; Descending = $true }, @{ Expression = 'PartitionNumber'; Descending = $false }
    for ($waited = 0; ; $waited++) {
        $partitions = @(Get-OrNone { Get-Partition -DiskNumber $Disk.Number -ErrorAction Stop } | Sort-Object -Property $order)
        if ($partitions.Count -gt 0 -or "$($Disk.PartitionStyle)" -eq 'RAW' -or $waited -ge $MountSeconds) { return $partitions }
        Start-Sleep -Seconds 1
    }
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

function Get-Finding {
    # What is on one partition. What cannot be looked at is told, and the others are looked at all the same.
    param($Partition)
    $finding = @{
        DiskNumber = $Partition.DiskNumber; Letter = (Get-Letter $Partition); Label = ''; FileSystem = ''; Size = [long]$Partition.Size; Windows = $false; HiveTime = [DateTime]::MinValue
        BitLocker = $null; KeyProblem = $null; Dirty = $null; Foreign = (Get-ForeignKind $Partition); Problem = $null; Failure = $null
    }
    try {
        Set-Finding $finding $Partition
    } catch {
        $finding.Failure = $_.Exception
        $finding.Problem = $Text['not-looked-at'] -f $finding.Size, (Hide-Secrets $_.Exception.Message)
    }
    return $finding
}

function Set-Finding {
    param($Finding, $Partition)
    $hasVolume = Set-FileSystem $Finding $Partition
    if ($Finding.Foreign -or (Test-NeverWindows $Partition) -or -not $hasVolume) { return }
    $unknown = -not $Finding.FileSystem
    $kind = $(if ($unknown) { Get-SignatureKind $Partition } else { $null })
    if ($kind -and $ForeignSignatures.ContainsKey($kind)) {
        $Finding.Foreign = $ForeignSignatures[$kind]
        return
    }
    # Data volumes keep their letter as well: a dump may be on one.
    if (-not $Finding.Letter) { $Finding.Letter = Add-Letter $Partition }
    if ($Finding.Letter) { $Finding.BitLocker = Get-BitLockerState $Finding.Letter }
    if ($kind -eq 'bitlocker') { $Finding.BitLocker = 'locked' }
    if (-not $Finding.Letter) {
        $Finding.Problem = $Text['no-letter'] -f $Finding.Size
        return
    }
    if ($Finding.BitLocker -eq 'locked') { Open-Encrypted $Finding $Partition }
    if (@('NTFS', 'ReFS') -contains $Finding.FileSystem) {
        Set-Windows $Finding
    } elseif (-not $Finding.FileSystem -and $Finding.BitLocker -ne 'locked') {
        $Finding.Problem = $Text['unreadable'] -f $Finding.Size
    }
}

function Set-FileSystem {
    # Says whether Windows has a volume there.
    param($Finding, $Partition)
    $volume = @(Get-OrNone { Get-Volume -Partition $Partition -ErrorAction Stop })
    if ($volume.Count -eq 0) { return $false }
    $Finding.Label = "$($volume[0].FileSystemLabel)"
    $Finding.FileSystem = $(if ("$($volume[0].FileSystem)" -eq 'RAW') { '' } else { "$($volume[0].FileSystem)" })
    return $true
}

function Open-Encrypted {
    param($Finding, $Partition)
    if (-not $RecoveryKey -or -not (Test-BitLockerFeature)) { return }
    $Finding.KeyProblem = Unlock-Volume $Finding.Letter
    if ($Finding.KeyProblem) { return }
    $Finding.BitLocker = 'unlocked'
    for ($waited = 0; -not $Finding.FileSystem -and $waited -lt $MountSeconds; $waited++) {
        if ($waited -gt 0) { Start-Sleep -Seconds 1 }
        $null = Set-FileSystem $Finding $Partition
    }
}

function Set-Windows {
    param($Finding)
    $hive = "$($Finding.Letter):\Windows\System32\config\SYSTEM"
    $Finding.Windows = Wait-Path $hive
    if ($Finding.Windows) {
        $file = @(Get-Item -LiteralPath $hive -Force -ErrorAction SilentlyContinue)
        if ($file.Count -gt 0) { $Finding.HiveTime = $file[0].LastWriteTimeUtc }
    }
    $state = @(Get-CimInstance -ClassName Win32_Volume -Filter "DriveLetter = '$($Finding.Letter):'" -ErrorAction SilentlyContinue | Where-Object { $_ })
    if ($state.Count -gt 0 -and $null -ne $state[0].DirtyBitSet) { $Finding.Dirty = [bool]$state[0].DirtyBitSet }
}

function Wait-Path {
    # A new letter takes a moment to be seen.
    param([string]$Path)
    $root = $Path.Substring(0, 3)
    for ($try = 0; $try -lt 10 -and -not (Test-Path -LiteralPath $root); $try++) { Start-Sleep -Seconds 1 }
    return [bool](Test-Path -LiteralPath $Path -PathType Leaf)
}
