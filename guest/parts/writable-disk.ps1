# Makes the copy writable for one piece of work, and read-only again.

$Text += @{
    'not-writable'        = 'the disk could not be made writable'
    'not-there-again'     = 'volume {0}: did not show up again'
    'not-read-only-again' = 'The disk could not be made read-only again ({0}): run the mount step again.'
}

$ReadOnlyProblem = $null

function Use-WritableDisk {
    # A volume keeps the way it was mounted, so the disk goes offline at both ends; that writes out what is cached as well.
    param($Volume, [scriptblock]$Work)
    $number = $Volume.DiskNumber
    $letters = @(Get-Partition -DiskNumber $number -ErrorAction Stop | Where-Object { Get-Letter $_ } |
        ForEach-Object { @{ Partition = $_.PartitionNumber; Letter = (Get-Letter $_) } })
    Write-Host "making disk $number writable"
    try {
        Set-Remounted $number $false $letters $Volume
        if ((Get-Disk -Number $number -ErrorAction Stop).IsReadOnly) { throw $Text['not-writable'] }
        return (& $Work)
    } finally {
        Write-Host "making disk $number read-only"
        try {
            Set-Remounted $number $true $letters $Volume
        } catch {
            # What the work did stands, and what stopped it is said.
            $script:ReadOnlyProblem = Hide-Secrets $_.Exception.Message
        }
    }
}

function Set-Remounted {
    param([int]$Number, [bool]$ReadOnly, [object[]]$Letters, $Volume)
    Set-Disk -Number $Number -IsOffline $true -ErrorAction Stop
    Set-Disk -Number $Number -IsReadOnly $ReadOnly -ErrorAction Stop
    Set-Disk -Number $Number -IsOffline $false -ErrorAction Stop
    $partitions = @(Get-CandidatePartitions (Get-Disk -Number $Number -ErrorAction Stop))
    foreach ($one in $Letters) {
        # Windows remembers letters; this is for the case that it does not.
        $partition = @($partitions | Where-Object { $_.PartitionNumber -eq $one.Partition })
        if ($partition.Count -eq 0) { throw ($Text['not-there-again'] -f $one.Letter) }
        if ((Get-Letter $partition[0]) -ne $one.Letter) {
            Set-Partition -DiskNumber $Number -PartitionNumber $one.Partition -NewDriveLetter $one.Letter -ErrorAction Stop
        }
    }
    if ($Volume.BitLocker -eq 'unlocked') {
        $problem = Unlock-Volume $Volume.Letter
        if ($problem) { throw $problem }
    }
    $null = Wait-Path "$($Volume.Letter):\Windows\System32\config\SYSTEM"
}
