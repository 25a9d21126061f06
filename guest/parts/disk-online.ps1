# Brings a disk online, read-only.

function Set-Online {
    # Read-only before online, so that mounting writes nothing: not the log of a dirty volume, no System Volume Information.
    # A disk that is online and writable already has its volumes mounted so: it goes offline first, else they stay writable.
    # A disk with a colliding signature cannot be brought online read-only, because Windows then writes a new signature.
    param($Disk, [bool]$Collides)
    $offline = [bool]$Disk.IsOffline
    if ($Collides) {
        if ($Disk.IsReadOnly) { Set-Disk -Number $Disk.Number -IsReadOnly $false -ErrorAction Stop }
        Write-Host "bringing disk $($Disk.Number) online for its new signature"
        Set-Disk -Number $Disk.Number -IsOffline $false -ErrorAction Stop
        $Disk = Get-Disk -Number $Disk.Number -ErrorAction Stop
        $offline = $false
    }
    if (-not $offline -and -not $Disk.IsReadOnly) {
        Set-Disk -Number $Disk.Number -IsOffline $true -ErrorAction Stop
        $offline = $true
    }
    $problem = Set-ReadOnly $Disk
    if ($offline) {
        Write-Host "bringing disk $($Disk.Number) online"
        Set-Disk -Number $Disk.Number -IsOffline $false -ErrorAction Stop
    }
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
