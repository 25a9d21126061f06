# Dumps that are told but never taken for the crash: of a running system, and of single programs.

# Processes whose end stops Windows with 0xC000021A or 0xEF.
$CriticalPrograms = @('csrss.exe', 'lsass.exe', 'services.exe', 'smss.exe', 'svchost.exe', 'wininit.exe', 'winlogon.exe')

$Text += @{
    'place-live'    = 'dumps of a running system'
    'place-program' = 'dumps of single programs'
    'live-none'     = '{0}: none there'
    'live-some'     = '{0}: {1} there, this one the newest; left, for they show no crash'
    'program-none'  = '{0}: none there of a process whose end stops Windows'
    'program-some'  = '{0}: {1} of processes whose end stops Windows, this one the newest; left, for each holds one process only'
}

function Test-Like {
    param([string]$Name, [string[]]$Patterns)
    foreach ($pattern in $Patterns) { if ($Name -like $pattern) { return $true } }
    return $false
}

function Get-DumpsBelow {
    # Path and time of the files that fit, in a folder and in those of its folders that fit.
    param([string]$Folder, [string[]]$Patterns, [string[]]$Folders)
    $files = @()
    foreach ($entry in @(Get-Entries $Folder)) {
        $path = $Folder + '\' + $entry.Name
        if ($entry.PSIsContainer) {
            if (Test-Like $entry.Name $Folders) { $files += @(Get-DumpsBelow $path $Patterns @()) }
        } elseif (Test-Like $entry.Name $Patterns) {
            $files += @{ Path = $path; Time = $entry.LastWriteTimeUtc }
        }
    }
    return $files
}

function Select-Newest {
    param([object[]]$Files)
    return @($Files | Sort-Object -Property @{ Expression = { $_.Time }; Descending = $true }, @{ Expression = { $_.Path }; Descending = $false })[0].Path
}

function Add-SideDumps {
    # One line for all files that are found: the newest is named, or the folder where none is.
    param($Search, [string]$Folder, [string]$Origin, [string]$None, [string]$Some, [scriptblock]$Find)
    try {
        $files = @(& $Find $Folder)
    } catch {
        Add-Searched $Search.Searched $Folder $true ($Text['unreadable'] -f $Text[$Origin], $_.Exception.Message)
        return
    }
    if ($files.Count -eq 0) {
        Add-Searched $Search.Searched $Folder $false ($Text[$None] -f $Text[$Origin])
    } else {
        Add-Searched $Search.Searched (Select-Newest $files) $true ($Text[$Some] -f $Text[$Origin], $files.Count)
    }
}

function Add-LiveDumps {
    param($Search)
    Add-SideDumps $Search "$($Search.Root)\LiveKernelReports" 'place-live' 'live-none' 'live-some' {
        param($folder)
        Get-DumpsBelow $folder @('*.dmp') @('*')
    }
}

function Add-ProgramDumps {
    # What Windows Error Reporting kept of processes of the system: why csrss or winlogon died may be in there.
    param($Search)
    $reports = $Search.Root.Substring(0, 2) + '\ProgramData\Microsoft\Windows\WER'
    Add-SideDumps $Search $reports 'place-program' 'program-none' 'program-some' {
        param($folder)
        $local = "$($Search.Root)\System32\config\systemprofile\AppData\Local\CrashDumps"
        Get-DumpsBelow $local @($CriticalPrograms | ForEach-Object { "$_*.dmp" }) @()
        $names = @($CriticalPrograms | ForEach-Object { "*$_*" })
        foreach ($queue in 'ReportQueue', 'ReportArchive') { Get-DumpsBelow "$folder\$queue" @('*.mdmp', '*.hdmp', '*.dmp') $names }
    }
}
