# A registry hive of the copy, loaded on this VM: a private copy of it, never the hive itself.

function Copy-Hive {
    # Loading a hive writes to it (its logs are replayed), so a copy is loaded. The logs go with it: the newest changes are only there.
    param([string]$Hive, [string]$Folder)
    foreach ($name in 'SYSTEM', 'SYSTEM.LOG1', 'SYSTEM.LOG2', 'SYSTEM.LOG') {
        $from = $Hive.Substring(0, $Hive.Length - 'SYSTEM'.Length) + $name
        if ($name -eq 'SYSTEM' -or (Test-Path -LiteralPath $from)) {
            Copy-Item -LiteralPath $from -Destination (Join-Path $Folder $name) -Force -ErrorAction Stop
        }
    }
    return (Join-Path $Folder 'SYSTEM')
}

function Invoke-Reg {
    param([string[]]$Arguments)
    # A native command's error text is an error of PowerShell's in 5.1, when errors stop the script.
    $ErrorActionPreference = 'Continue'
    $said = (@(& reg.exe $Arguments 2>&1 | ForEach-Object { "$_".Trim() } | Where-Object { $_ }) -join ' ')
    if ($LASTEXITCODE -ne 0) { throw "reg.exe $($Arguments[0]): $said" }
}

function Use-LoadedCopy {
    # Loads a copy of the hive with its logs, does the work with the name of its root, and gives what that gives. After the
    # hive is unloaded, Then gets the copy's path and what the work gave.
    param([string]$Hive, [scriptblock]$Work, [scriptblock]$Then)
    $name = 'azure-repair-kit-' + [Guid]::NewGuid().ToString('N')
    $folder = Join-Path ([System.IO.Path]::GetTempPath()) $name
    try {
        $null = New-Item -ItemType Directory -Path $folder -Force
        $copy = Copy-Hive $Hive $folder
        Invoke-Reg @('load', "HKLM\$name", $copy)
        try { $result = & $Work "HKLM:\$name" } finally { Remove-LoadedHive $name }
        if ($Then) { & $Then $copy $result }
        return $result
    } finally {
        Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
    }
}

function Remove-LoadedHive {
    param([string]$Name)
    for ($try = 1; $try -le 5; $try++) {
        # Keys that PowerShell still holds are let go by the collector.
        [gc]::Collect()
        [gc]::WaitForPendingFinalizers()
        try {
            Invoke-Reg @('unload', "HKLM\$Name")
            return
        } catch {
            if ($try -eq 5) { Write-Host "the copy of the hive stays loaded as HKLM\${Name}: $($_.Exception.Message)" }
            Start-Sleep -Seconds 1
        }
    }
}
