# The settings by which Windows writes a crash dump: what they are to be, and which of them differ.

$CrashControl = 'Control\CrashControl'
$MemoryManagement = 'Control\Session Manager\Memory Management'

# Of AutoReboot 0: see the head of enable-dump.ps1. NMICrashDump is for Windows older than 8; newer ones obey an NMI without it.
$DumpSettings = @(
    @{ Key = $CrashControl; Name = 'CrashDumpEnabled'; To = @{ Kind = 'DWord'; Data = 7 } }
    @{ Key = $CrashControl; Name = 'DumpFile'; To = @{ Kind = 'ExpandString'; Data = '%SystemRoot%\MEMORY.DMP' } }
    @{ Key = $CrashControl; Name = 'AutoReboot'; To = @{ Kind = 'DWord'; Data = 0 } }
    @{ Key = $CrashControl; Name = 'NMICrashDump'; To = @{ Kind = 'DWord'; Data = 1 } }
)

$Text += @{
    'no-current-set' = 'the registry names no control set that is there (Select\Default, Select\Current)'
    'no-key'         = 'the registry has no key {0}'
}

function Get-ControlSets {
    # Those that the next start may use.
    param([string]$Root)
    $sets = @()
    foreach ($name in 'Default', 'Current', 'LastKnownGood') {
        $number = Get-TypedValue "$Root\Select" $name
        if (-not $number -or $number.Kind -ne 'DWord') { continue }
        $set = 'ControlSet{0:d3}' -f [int]$number.Data
        if ($sets -notcontains $set -and (Test-Path -LiteralPath "$Root\$set")) { $sets += $set }
    }
    if ($sets.Count -eq 0) { throw $Text['no-current-set'] }
    return , $sets
}

function Get-PagingFiles {
    # What PagingFiles is to be: as it is when a page file is on C:, the boot volume, else with one there.
    param([string]$Path, $Now)
    $entries = @($(if ($Now) { $Now.Data } else { @() }) | ForEach-Object { "$_" } | Where-Object { $_.Trim() })
    $existing = Get-TypedValue $Path 'ExistingPageFiles'
    $used = @($(if ($existing) { $existing.Data } else { @() }) | ForEach-Object { "$_" } | Where-Object { $_.Trim() })
    # "?:\pagefile.sys" leaves the drive to Windows: which it took is in ExistingPageFiles.
    $elsewhere = $used.Count -gt 0 -and @($used | Where-Object { $_ -match '^(\\\?\?\\)?C:' }).Count -eq 0
    $here = @($entries | Where-Object { $_ -match '^(\\\?\?\\)?C:' -or ($_ -match '^\?:' -and -not $elsewhere) })
    if ($here.Count -gt 0) { return $Now }
    return @{ Kind = 'MultiString'; Data = @(@('C:\pagefile.sys 0 0') + $entries) }
}

function Get-WantedChanges {
    # What differs, as @{ ControlSet; Key; Name; From; To }.
    param([string]$Root, [string[]]$Sets)
    $changes = @()
    foreach ($set in $Sets) {
        foreach ($key in $CrashControl, $MemoryManagement) {
            if (-not (Test-Path -LiteralPath "$Root\$set\$key")) { throw ($Text['no-key'] -f "$set\$key") }
        }
        foreach ($setting in $DumpSettings) {
            $now = Get-TypedValue "$Root\$set\$($setting.Key)" $setting.Name
            if (-not (Test-SameValue $now $setting.To)) { $changes += New-Change $set $setting.Key $setting.Name $now $setting.To }
        }
        $now = Get-TypedValue "$Root\$set\$MemoryManagement" 'PagingFiles'
        $to = Get-PagingFiles "$Root\$set\$MemoryManagement" $now
        if (-not (Test-SameValue $now $to)) { $changes += New-Change $set $MemoryManagement 'PagingFiles' $now $to }
    }
    return , $changes
}

function New-Change {
    param([string]$Set, [string]$Key, [string]$Name, $From, $To)
    return @{ ControlSet = $Set; Key = $Key; Name = $Name; From = $From; To = $To }
}

function Get-ChangeText {
    # For the answer: what a value was and is, null for none.
    param($Change)
    return [ordered]@{
        controlSet = $Change.ControlSet; key = $Change.Key; name = $Change.Name
        from = $(if ($Change.From) { , $Change.From.Data } else { $null }); to = $(if ($Change.To) { , $Change.To.Data } else { $null })
    }
}
