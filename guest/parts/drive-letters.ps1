# What the drive letters of the broken Windows are on this VM: its MountedDevices name partitions, and some are of this disk.

$Text += @{
    'letters-unknown' = 'which volumes the copy has could not be asked ({0}); only the one with Windows was searched'
}

function Get-DeviceId {
    # What a value of MountedDevices names: GPT the GUID of the partition behind the text DMIO:ID:, MBR the disk signature and
    # the offset of the partition. Null for anything else, such as a DVD drive.
    param($Value)
    if ($Value -isnot [byte[]]) { return $null }
    if ($Value.Length -eq 24 -and [System.Text.Encoding]::ASCII.GetString($Value, 0, 8) -ceq 'DMIO:ID:') {
        $guid = [Guid]::new([byte[]]$Value[8..23])
        return @{ Guid = $guid.ToString('B'); Signature = $null; Offset = $null }
    }
    if ($Value.Length -eq 12) {
        return @{ Guid = $null; Signature = [BitConverter]::ToUInt32($Value, 0); Offset = [BitConverter]::ToInt64($Value, 4) }
    }
    return $null
}

function Get-CopyPartitions {
    # The partitions of the disk that has the volume with Windows, as this VM sees them. That volume is marked.
    param([string]$WindowsRoot)
    $letter = $WindowsRoot.Substring(0, 1)
    $own = @(Get-Partition -DriveLetter $letter -ErrorAction Stop)[0]
    return @(Get-Partition -DiskNumber $own.DiskNumber -ErrorAction Stop | Sort-Object -Property PartitionNumber | ForEach-Object {
        @{
            Letter  = Get-Letter $_
            Guid    = $(if ($_.PSObject.Properties['Guid'] -and $_.Guid) { "$($_.Guid)".ToLowerInvariant() } else { $null })
            Offset  = [long]$_.Offset
            Number  = [int]$_.PartitionNumber
            Windows = $_.PartitionNumber -eq $own.PartitionNumber
        }
    })
}

function Get-DriveMap {
    # For each letter of the broken Windows that is a partition of this disk, that partition; and the letter of its Windows.
    param($System, [string]$WindowsRoot)
    $map = @{ Windows = 'C'; Letters = @{}; Partitions = @() }
    try {
        $map.Partitions = @(Get-CopyPartitions $WindowsRoot)
    } catch {
        Write-Host ($Text['letters-unknown'] -f $_.Exception.Message)
    }
    $devices = @{}
    foreach ($letter in $AllLetters) {
        $name = "\DosDevices\${letter}:"
        if ($System.Devices.ContainsKey($name)) { $devices[$letter] = Get-DeviceId $System.Devices[$name] }
    }
    $signature = Get-OldSignature $devices $map.Partitions
    foreach ($letter in $AllLetters) {
        $id = $devices[$letter]
        if ($null -eq $id) { continue }
        foreach ($partition in $map.Partitions) {
            $same = $(if ($id.Guid) { $id.Guid -eq $partition.Guid } else { $id.Signature -eq $signature -and $id.Offset -eq $partition.Offset })
            if ($same) { $map.Letters[$letter] = $partition }
        }
    }
    $own = @($AllLetters | Where-Object { $map.Letters.ContainsKey($_) -and $map.Letters[$_].Windows })
    # The drive of the running Windows is C: on every VM made from an Azure image.
    if ($own.Count -gt 0 -and $own -notcontains 'C') { $map.Windows = $own[0] }
    return $map
}

function Get-OldSignature {
    # The signature that the broken Windows knew this disk by. Windows may have given the copy a new one since, so it is taken from
    # the letter that stands where the volume with Windows is: C: before all others.
    param($Devices, [object[]]$Partitions)
    $own = @($Partitions | Where-Object { $_.Windows })
    # A partition with a GUID is known by that only.
    if ($own.Count -eq 0 -or $own[0].Guid) { return $null }
    foreach ($letter in @('C') + $AllLetters) {
        $id = $Devices[$letter]
        if ($null -ne $id -and $null -eq $id.Guid -and $id.Offset -eq $own[0].Offset) { return $id.Signature }
    }
    return $null
}
