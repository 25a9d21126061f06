# Finds the attached copy by its LUN, and proves that the VM was not started from it.

$DiskWaitSeconds = 120
$DiskPollSeconds = 5
# Azure's disks: SAS or SCSI, or NVMe on newer sizes. ATA is where a Generation 1 VM has its own OS disk and temporary disk.
$DataDiskBuses = @('SAS', 'SCSI', 'RAID', 'NVMe')

$Text += @{
    'no-boot-disk' = 'Windows names no disk as the one it was started from, so it cannot be proved that this VM runs from its own OS disk.'
}

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
