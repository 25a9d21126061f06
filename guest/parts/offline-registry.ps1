# Reads settings from the registry of the broken Windows: from a copy of the hive, never the hive itself.

$Text += @{
    'hive-missing'  = 'the file is not there'
    'select-none'   = 'Select\Current is missing'
    'select-other'  = '{0}, because {1} (Select\Current) is not there'
    'select-failed' = '{0} ({1} is noted as failed)'
}

# The letters a volume can have.
$AllLetters = @('A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z')

function Get-KeyValue {
    # As written in the hive: %SystemRoot% must not become this VM's own.
    param($Key, [string]$Name)
    return , $Key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
}

function Read-Key {
    # Values of a key by name; a missing key has none. The key is closed, because an open one keeps the hive loaded.
    param([string]$Path, [string[]]$Names)
    $values = @{}
    foreach ($name in $Names) { $values[$name] = $null }
    if (-not (Test-Path -LiteralPath $Path)) { return $values }
    $key = Get-Item -LiteralPath $Path -ErrorAction Stop
    try {
        foreach ($name in $Names) { $values[$name] = Get-KeyValue $key $name }
    } finally {
        $key.Close()
    }
    return $values
}

function Get-Number {
    # A DWORD; another type than Windows writes counts as absent, as it does for Windows.
    param($Value)
    if ($Value -is [int] -or $Value -is [long]) { return [long]$Value }
    return $null
}

function Get-Words {
    # A text that is not empty; null for another type.
    param($Value)
    if ($Value -is [string] -and $Value) { return $Value }
    return $null
}

function Select-ControlSet {
    # The control set in use at the crash. A start writes its own number to Current; Failed is the one that the last known good
    # configuration took the place of.
    param([string]$Root)
    $select = Read-Key "$Root\Select" @('Current', 'Default', 'LastKnownGood', 'Failed')
    $names = @{}
    foreach ($name in @($select.Keys)) {
        $number = Get-Number $select[$name]
        if ($number) { $names[$name] = 'ControlSet{0:d3}' -f $number }
    }
    $numbered = @('Current', 'Default', 'LastKnownGood' | Where-Object { $names.ContainsKey($_) } | ForEach-Object { $names[$_] })
    if ($numbered.Count -eq 0) { throw $Text['select-none'] }
    $there = @($numbered | Where-Object { Test-Path -LiteralPath "$Root\$_" })
    $set = $(if ($there.Count -gt 0) { $there[0] } else { $numbered[0] })
    $words = $set
    if ($names.ContainsKey('Current') -and $names['Current'] -ne $set) {
        $words = $Text['select-other'] -f $set, $names['Current']
    } elseif ($names.ContainsKey('Failed') -and $names['Failed'] -ne $set) {
        $words = $Text['select-failed'] -f $set, $names['Failed']
    }
    return @{ Name = $set; Words = $words }
}

function Read-Environment {
    # Variables of the broken Windows that the texts name, and those that these name in turn.
    param([string]$Key, [string[]]$Texts)
    $variables = @{}
    for ($round = 0; $round -lt 3; $round++) {
        $names = @($Texts | ForEach-Object { [regex]::Matches("$_", '%([^%]+)%') } | ForEach-Object { $_.Groups[1].Value } | Where-Object { -not $variables.ContainsKey($_) })
        if ($names.Count -eq 0) { break }
        $read = Read-Key $Key $names
        foreach ($name in $names) { $variables[$name] = Get-Words $read[$name] }
        $Texts = @($names | ForEach-Object { "$($variables[$_])" })
    }
    return $variables
}

function Get-CrashTime {
    # FILETIME of the last crash that Windows noted; null when it noted none, or in another form.
    param($Value)
    if ($Value -is [long]) { return $Value }
    if ($Value -is [byte[]] -and $Value.Length -eq 8) { return [BitConverter]::ToInt64($Value, 0) }
    return $null
}

function Read-System {
    param([string]$Root)
    $set = Select-ControlSet $Root
    $control = "$Root\$($set.Name)\Control"
    $values = Read-Key "$control\CrashControl" @('CrashDumpEnabled', 'DumpFile', 'MinidumpDir', 'AutoReboot', 'DedicatedDumpFile', 'LastCrashTime', 'AlwaysKeepMemoryDump')
    $crash = @{}
    foreach ($name in 'CrashDumpEnabled', 'AutoReboot', 'AlwaysKeepMemoryDump') { $crash[$name] = Get-Number $values[$name] }
    foreach ($name in 'DumpFile', 'MinidumpDir', 'DedicatedDumpFile') { $crash[$name] = Get-Words $values[$name] }
    $memory = Read-Key "$control\Session Manager\Memory Management" @('PagingFiles', 'ExistingPageFiles')
    $paths = @($crash['DumpFile'], $crash['MinidumpDir'], $crash['DedicatedDumpFile']) + @($memory['PagingFiles']) + @($memory['ExistingPageFiles'])
    $devices = Read-Key "$Root\MountedDevices" @($AllLetters | ForEach-Object { "\DosDevices\${_}:" })
    return @{
        ControlSet  = $set.Name
        Selected    = $set.Words
        Crash       = $crash
        Crashed     = $null -ne $values['LastCrashTime']
        LastCrash   = Get-CrashTime $values['LastCrashTime']
        Memory      = $memory
        Environment = Read-Environment "$control\Session Manager\Environment" $paths
        Devices     = $devices
        Product     = Get-Words (Read-Key "$control\ProductOptions" @('ProductType'))['ProductType']
        Problem     = $null
    }
}

function Get-OfflineSystem {
    param([string]$WindowsRoot)
    $hive = "$WindowsRoot\System32\config\SYSTEM"
    $empty = @{
        ControlSet = $null; Selected = $null; Crash = @{}; Crashed = $false; LastCrash = $null; Memory = @{}; Environment = @{}
        Devices = @{}; Product = $null; Problem = $null; Hive = $hive
    }
    if (-not (Test-Path -LiteralPath $hive)) {
        $empty.Problem = $Text['hive-missing']
        return $empty
    }
    try {
        $system = Use-LoadedCopy $hive { param($root) Read-System $root }
        $system.Hive = $hive
        return $system
    } catch {
        $empty.Problem = $_.Exception.Message
        return $empty
    }
}

function Get-Setting {
    param($System, [string]$Name)
    if ($System.Crash.ContainsKey($Name)) { return $System.Crash[$Name] }
    return $null
}

function Get-Strings {
    # A REG_MULTI_SZ, or a REG_SZ where one was expected.
    param($System, [string]$Name)
    if (-not $System.Memory.ContainsKey($Name) -or $null -eq $System.Memory[$Name]) { return @() }
    return @($System.Memory[$Name] | ForEach-Object { "$_".Trim() } | Where-Object { $_ })
}
