# Where a dump can be, by the settings of the broken Windows and by habit.

$Text += @{
    'place-dump-file' = 'named by CrashControl\DumpFile'
    'place-default'   = 'the default place'
    'place-dedicated' = 'named by CrashControl\DedicatedDumpFile'
    'place-page-file' = 'the page file, where a dump is until the next start'
    'place-volume'    = 'another volume of this disk'
    'absent-folder'   = '{0}: no file {1} there'
}

function New-Place {
    # Kind: dump, or page-file or dedicated, which Windows writes below the file system and makes longer than the dump.
    param([string]$Path, [string]$Origin, [string]$Kind = 'dump')
    return @{ Path = $Path; Origin = $Text[$Origin]; Kind = $Kind; Drive = $null; Closed = $null; Unclear = $false }
}

function New-NamedPlace {
    # A place by a path as the broken Windows writes it.
    param($Search, [string]$Path, [string]$Origin, [string]$Kind = 'dump')
    $place = New-Place '' $Origin $Kind
    $to = Convert-OfflinePath $Path $Search.System $Search.Drives $Search.Root
    foreach ($name in @($to.Keys)) { $place[$name] = $to[$name] }
    return $place
}

function Get-PlaceIdentity {
    # What tells a place from others. A path that cannot be reached has a letter of the broken VM, which is another drive here.
    param($Place)
    return $Place.Path + $Place.Drive + $Place.Closed
}

function Get-PageFiles {
    # Paths of the page files, as written: "C:\pagefile.sys 0 0", "\??\D:\pagefile.sys". "?:\pagefile.sys" is any drive.
    param($System)
    $paths = @()
    foreach ($entry in @(Get-Strings $System 'PagingFiles') + @(Get-Strings $System 'ExistingPageFiles')) {
        # From the first space of a row: from every one of them, a long row would take hours.
        $path = ($entry -replace '^\\\?\?\\', '') -replace '(?<!\s)(\s+\d+){1,2}\s*$', ''
        if ($path -and $paths -notcontains $path) { $paths += $path }
    }
    return $paths
}

function Get-NamedPlaces {
    # Places whose path is known beforehand, in the order of trust.
    param($Search)
    $places = @()
    $default = "$($Search.Root)\MEMORY.DMP"
    $dumpFile = Get-Setting $Search.System 'DumpFile'
    if ($dumpFile) { $places += New-NamedPlace $Search $dumpFile 'place-dump-file' }
    if (-not $dumpFile -or (Get-PlaceIdentity $places[0]) -ine $default) { $places += New-Place $default 'place-default' }
    $dedicated = Get-Setting $Search.System 'DedicatedDumpFile'
    if ($dedicated) { $places += New-NamedPlace $Search $dedicated 'place-dedicated' 'dedicated' }
    return $places
}

function Get-PageFilePlaces {
    param($Search)
    $places = @()
    foreach ($path in @(Get-PageFiles $Search.System)) { $places += New-NamedPlace $Search $path 'place-page-file' 'page-file' }
    $places += New-Place ($Search.Root.Substring(0, 2) + '\pagefile.sys') 'place-page-file' 'page-file'
    # "C:\pagefile.sys" and "?:\pagefile.sys" may be one file; the first mention stands.
    $seen = @()
    return @($places | Where-Object { $seen -notcontains (Get-PlaceIdentity $_) } | ForEach-Object { $seen += Get-PlaceIdentity $_; $_ })
}

function Get-FolderPlaces {
    # Files found by a pattern: the newest first. When there is none, or the folder cannot be read, a line says so.
    param([string]$Folder, [string]$Pattern, [string]$Origin, [int]$Most, $Searched)
    try {
        $files = @(Get-NewestFiles $Folder $Pattern)
    } catch {
        Add-Searched $Searched $Folder $true ($Text['unreadable'] -f $Text[$Origin], $_.Exception.Message)
        return @()
    }
    if ($files.Count -eq 0) {
        Add-Searched $Searched $Folder $false ($Text['absent-folder'] -f $Text[$Origin], $Pattern)
        return @()
    }
    return @($files | Select-Object -First $Most | ForEach-Object { New-Place ($Folder.TrimEnd('\') + '\' + $_.Name) $Origin })
}

function Get-NewestFiles {
    # Files of a folder whose name fits, the newest first; none when the folder is not there.
    param([string]$Folder, [string]$Pattern)
    return @(Select-NewestFirst @(Get-Entries $Folder | Where-Object { -not $_.PSIsContainer -and $_.Name -like $Pattern }))
}

function Select-NewestFirst {
    param([object[]]$Files)
    return @($Files | Sort-Object -Property @{ Expression = 'LastWriteTimeUtc'; Descending = $true }, @{ Expression = 'Name'; Descending = $false })
}

function Get-Entries {
    param([string]$Folder)
    if (-not (Test-Path -LiteralPath $Folder)) { return @() }
    # What gives no name is no file.
    return @(Get-ChildItem -LiteralPath $Folder -Force -ErrorAction Stop | Where-Object { $null -ne $_ -and $_.PSObject.Properties['Name'] -and $_.PSObject.Properties['PSIsContainer'] })
}

function Add-Searched {
    param($Searched, [string]$Path, [bool]$Found, [string]$Why)
    $null = $Searched.Add([ordered]@{ path = $Path; found = $Found; why = $Why })
    Write-Host "searched $Path - $Why"
}
