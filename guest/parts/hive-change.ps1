# Changes the SYSTEM hive of the copy by a private copy, and keeps what was there in a backup file.

$Text += @{
    'hive-not-clean' = 'the changed copy of the hive is not clean'
    'backup-strange' = '{0} is not a backup that this step wrote'
}

function Get-Plan {
    # What there is to change, and what was left alone: nothing is changed yet.
    param([string]$Hive, [string]$Backup, [bool]$Undoing)
    return (Use-LoadedCopy $Hive { param($root) New-Plan $root $Backup $Undoing })
}

function New-Plan {
    param([string]$Root, [string]$Backup, [bool]$Undoing)
    $sets = Get-ControlSets $Root
    $told = @()
    if ($Undoing) {
        $changes = @()
        foreach ($kept in @(Read-Backup $Backup)) {
            $path = "$Root\$($kept.ControlSet)\$($kept.Key)"
            $now = $(if (Test-Path -LiteralPath $path) { Get-TypedValue $path $kept.Name } else { $null })
            if (Test-SameValue $now $kept.From) { continue }
            if (Test-SameValue $now $kept.To) {
                $changes += New-Change $kept.ControlSet $kept.Key $kept.Name $now $kept.From
            } else {
                $told += $Text['left-alone'] -f "$($kept.ControlSet)\$($kept.Key)\$($kept.Name)"
            }
        }
    } else {
        $changes = Get-WantedChanges $Root $sets
        $dedicated = Get-TypedValue "$Root\$($sets[0])\$CrashControl" 'DedicatedDumpFile'
        if ($dedicated) { $told += $Text['dedicated'] -f $dedicated.Data }
    }
    return @{ ControlSets = $sets; Changes = @($changes); Told = $told }
}

function Save-Plan {
    # The backup first, then the hive: whatever is killed in between can be undone, and run again.
    param([string]$Hive, [string]$Backup, [bool]$Undoing)
    $work = {
        param($root)
        $plan = New-Plan $root $Backup $Undoing
        foreach ($change in $plan.Changes) { Set-TypedValue "$root\$($change.ControlSet)\$($change.Key)" $change.Name $change.To }
        return $plan
    }
    $save = {
        param($copy, $plan)
        if ($plan.Changes.Count -gt 0) {
            if (-not (Test-CleanHive $copy)) { throw $Text['hive-not-clean'] }
            if (-not $Undoing) { Save-Backup $Backup $plan.Changes (Split-Path -Parent $copy) }
            Write-Host "replacing $Hive"
            Set-FileContent $copy $Hive
        }
        if ($Undoing) { Remove-Item -LiteralPath $Backup -Force -ErrorAction SilentlyContinue }
    }
    return (Use-LoadedCopy $Hive $work $save)
}

function Test-CleanHive {
    # Its two sequence numbers agree: Windows then takes the file as it is, and no log of it.
    param([string]$Path)
    $bytes = New-Object byte[] 12
    $stream = [System.IO.File]::OpenRead($Path)
    try { $read = $stream.Read($bytes, 0, 12) } finally { $stream.Dispose() }
    return $read -eq 12 -and [System.Text.Encoding]::ASCII.GetString($bytes, 0, 4) -ceq 'regf' -and
        [BitConverter]::ToUInt32($bytes, 4) -eq [BitConverter]::ToUInt32($bytes, 8)
}

function Save-Backup {
    # What was there before the first change stays, whatever later runs change.
    param([string]$Backup, [object[]]$Changes, [string]$Folder)
    $kept = @()
    if (Test-Path -LiteralPath $Backup) { $kept = @(Read-Backup $Backup) }
    foreach ($change in $Changes) {
        $earlier = @($kept | Where-Object { $_.ControlSet -eq $change.ControlSet -and $_.Key -eq $change.Key -and $_.Name -eq $change.Name })
        if ($earlier.Count -gt 0) { $earlier[0].To = $change.To } else { $kept += $change }
    }
    $values = @($kept | ForEach-Object {
        [ordered]@{ controlSet = $_.ControlSet; key = $_.Key; name = $_.Name; from = (ConvertTo-Kept $_.From); to = (ConvertTo-Kept $_.To) }
    })
    $file = Join-Path $Folder 'backup.json'
    [System.IO.File]::WriteAllText($file, (ConvertTo-Json -InputObject ([ordered]@{ schema = 1; values = $values }) -Depth 6))
    Set-FileContent $file $Backup
}

function ConvertTo-Kept {
    param($Value)
    if ($null -eq $Value) { return $null }
    return [ordered]@{ kind = $Value.Kind; data = $Value.Data }
}

function ConvertFrom-Kept {
    param($Value)
    if ($null -eq $Value) { return $null }
    return @{ Kind = $Value.kind; Data = $(if ($Value.kind -eq 'MultiString') { , @($Value.data) } else { $Value.data }) }
}

function Read-Backup {
    param([string]$Backup)
    try {
        $kept = ConvertFrom-Json -InputObject (Get-FileText $Backup)
        if ($kept.schema -ne 1) { throw 'schema' }
        return @($kept.values | ForEach-Object { New-Change $_.controlSet $_.key $_.name (ConvertFrom-Kept $_.from) (ConvertFrom-Kept $_.to) })
    } catch {
        throw ($Text['backup-strange'] -f $Backup)
    }
}
