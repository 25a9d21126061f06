# What is on the partitions of a disk.

# Partition types that tell what a disk is, if no Windows is found on it.
$ForeignPartitions = @(
    @{ Kind = 'linux'; Name = 'a Linux'; Gpt = @('{0fc63daf-8483-4772-8e79-3d69d8477de4}', '{e6d6d379-f507-44c2-a23c-238f2a3df928}'); Mbr = @(0x83, 0x8e) },
    @{ Kind = 'dynamic'; Name = 'a dynamic disk'; Gpt = @('{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}', '{af9b60a0-1431-4f62-bc68-3311714a69ad}'); Mbr = @(0x42) },
    @{ Kind = 'spaces'; Name = 'a part of a Storage Spaces pool'; Gpt = @('{e75caf8f-f680-4cee-afa3-b001e56efc2d}'); Mbr = @(0xe7) }
)

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
