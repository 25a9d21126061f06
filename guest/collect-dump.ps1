<#
.SYNOPSIS
Finds the crash dump of the mounted Windows and uploads it, or tells why there is none.

.DESCRIPTION
Runs on the repair VM as SYSTEM, by a managed run command, in Windows PowerShell 5.1, after mount-os-disk.ps1.

What it needs:    the drive of the broken Windows; the address of a blob container; a user-assigned identity of this VM
                  that may write there (Storage Blob Data Contributor).
What it changes:  nothing on the copy: the registry hive is copied to this VM's temporary folder with its logs, and the
                  copy is loaded. In the container: one blob.
How to undo:      delete the blob.
Its answer:       the last line, one JSON object of at most 3,500 bytes. Exit code 0 whatever the answer says: no dump is
                  an answer too. 1 when the script itself failed, and then the last line says why.

Sources:
  CrashControl values       https://learn.microsoft.com/troubleshoot/windows-server/performance/memory-dump-file-options
  how a dump comes to be    https://learn.microsoft.com/troubleshoot/windows-server/performance/troubleshoot-stop-errors-best-practices-dump-configuration-recommendations
  DUMPxxxx.tmp              KB 886429
  DedicatedDumpFile         https://learn.microsoft.com/archive/blogs/ntdebugging/how-to-use-the-dedicateddumpfile-registry-value-to-overcome-space-limitations-on-the-system-drive-when-capturing-a-system-memory-dump
  dump header               https://github.com/0vercl0k/kdmp-parser (src/lib/kdmp-parser-structs.h)
  STOP 0xC000021A           https://learn.microsoft.com/windows-hardware/drivers/debugger/bug-check-0xc000021a--winlogin-fatal-error
  token of an identity      https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
  Put Block, Put Block List https://learn.microsoft.com/rest/api/storageservices/put-block

.PARAMETER WindowsRoot
Folder of the broken Windows on this VM, such as F:\Windows. Empty when it could not be mounted.

.PARAMETER ContainerUrl
Address of the blob container, without a signature.

.PARAMETER BlobPrefix
What the name of the blob begins with, a folder for instance.

.PARAMETER IdentityClientId
Client id of the user-assigned identity that uploads.

.PARAMETER SourceVmId
Resource id of the broken VM; noted on the blob.

.PARAMETER SnapshotId
Resource id of the snapshot that the copy was made from; noted on the blob.

.PARAMETER RunId
Any text. A run command runs again only when something in it has changed; this is what changes.
#>
param(
    [AllowEmptyString()][string]$WindowsRoot = '',
    [Parameter(Mandatory = $true)][string]$ContainerUrl,
    [AllowEmptyString()][string]$BlobPrefix = '',
    [AllowEmptyString()][string]$IdentityClientId = '',
    [AllowEmptyString()][string]$SourceVmId = '',
    [AllowEmptyString()][string]$SnapshotId = '',
    [string]$RunId = ''
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
# Windows Server 2016 offers TLS 1.0 first unless told otherwise; the store takes 1.2 only.
[System.Net.ServicePointManager]::SecurityProtocol = [System.Net.ServicePointManager]::SecurityProtocol -bor [System.Net.SecurityProtocolType]::Tls12

$AnswerLimit = 3500
$StorageVersion = '2023-11-03'
$StorageResource = 'https://storage.azure.com/'
$MinimumBlock = 8MB
$MostBlocks = 50000
# A role assignment may take minutes until the store knows it.
$RefusalPatienceSeconds = 600
$FailurePatienceSeconds = 300
$HeaderLength = 0x2000
$LongestBlobName = 60
$MinidumpsLookedAt = 5
# 10000-01-01 as FILETIME.
$EndOfTime = 2650467744000000000

# What the script says. One sentence a line, single quotes: the kit's model of this script reads them from here.
$Text = @{
    'not-mounted'            = 'No Windows of the copy is mounted, so nothing was searched.'
    'not-mounted-next'       = 'Look at the answer of the step before (mounting the disk); it says why.'
    'root-missing'           = '{0} is not there: the copy is not mounted any more.'
    'root-missing-next'      = 'Run the mount step again, then this one.'
    'hive-problem'           = 'The registry of the broken Windows could not be read ({0}); the default places were searched.'
    'hive-read'              = 'registry read: {0}'
    'hive-missing'           = 'the file is not there'
    'place-dump-file'        = 'named by CrashControl\DumpFile'
    'place-default'          = 'the default place'
    'place-dedicated'        = 'named by CrashControl\DedicatedDumpFile'
    'place-temporary'        = 'a dump that was not renamed yet'
    'place-minidump'         = 'a small dump'
    'place-page-file'        = 'the page file, where a dump is until the next start'
    'found-best'             = '{0}: {1}, {2}, taken'
    'found-other'            = '{0}: {1}, {2}, left because another one is better'
    'found-live'             = '{0}: a live dump, not a crash'
    'found-foreign'          = '{0}: no dump, it begins with other bytes'
    'found-short'            = '{0}: no dump, only {1} bytes'
    'absent'                 = '{0}: not there'
    'absent-folder'          = '{0}: no file {1} there'
    'other-drive'            = '{0}: on drive {1} of the broken VM, which is not on this disk'
    'unreadable'             = '{0}: could not be read: {1}'
    'page-file-armed'        = '{0}: holds a dump that was not taken out yet'
    'page-file-idle'         = '{0}: holds no dump'
    'reason-page-file'       = 'The dump is still in the page file ({0}): Windows takes it out at the next start, and did not get that far.'
    'reason-page-file-next'  = 'Start the broken VM once more and let it try to start for some minutes; then run this kit again (change snapshotTrigger).'
    'reason-disabled'        = 'Crash dumps are turned off in the broken Windows (CrashDumpEnabled is 0).'
    'reason-other-drive'     = 'The dump is written to {0}, which is not on this disk: a drive D: of a VM in Azure is its temporary disk, and a snapshot does not hold that.'
    'reason-temporary-pages' = 'The page file of the broken Windows is only on {0}, not on this disk: a crash is written to the page file first, and a snapshot of the OS disk does not hold the temporary disk.'
    'reason-no-page-file'    = 'The broken Windows has no page file, and a crash is written to the page file first.'
    'reason-damaged'         = 'A file is where the dump should be ({0}), but it is no dump: it was damaged, or Windows was stopped while it wrote it.'
    'reason-lost'            = 'Windows noted a crash (LastCrashTime), but its dump is gone or was never taken out of the page file.'
    'reason-never'           = 'Dumps are turned on, but nothing shows that this Windows wrote one: it may never have crashed with this configuration, or it was reset before the dump was written.'
    'reason-unknown'         = 'There is no dump in the default places.'
    'next-enable'            = 'Turn dumps on in the broken Windows: CrashDumpEnabled = 7 below HKLM\SYSTEM\CurrentControlSet\Control\CrashControl, with a page file on C: that Windows manages; then let it crash again.'
    'next-page-file'         = 'Move the page file of the broken Windows to C: (Memory Management\PagingFiles = C:\pagefile.sys 0 0), or name a DedicatedDumpFile on C:; then let it crash again.'
    'next-nmi'               = 'Cause a dump while the broken VM hangs at its blue screen: az serial-console send nmi --resource-group {0} --name {1}. Wait until it restarts, then run this kit again (change snapshotTrigger).'
    'next-reset'             = 'If it restarts by itself too quickly for that: AutoReboot is on in the broken Windows.'
    'refused-rights'         = 'The store refused the upload for {0} seconds: {1}.'
    'refused-rights-next'    = 'Give the identity of the repair VM the role Storage Blob Data Contributor on the container, wait some minutes and run this step again.'
    'refused-firewall-next'  = 'Let the network of the repair VM through the firewall of the storage account, and run this step again.'
    'refused-store'          = 'The store refused the upload: {0}.'
    'refused-store-next'     = 'See that the container {0} exists and may be written to, then run this step again.'
    'refused-unreachable'    = 'The store could not be reached for {0} seconds: {1}.'
    'refused-unreachable-next' = 'See that the repair VM has a way to {0} (outbound rule, DNS, private endpoint), then run this step again.'
    'refused-token'          = 'This VM got no token for its identity {0}: {1}.'
    'refused-token-next'     = 'See that the user-assigned identity is given to the repair VM, then run this step again.'
    'refused-next-by-hand'   = 'The dump is on the repair VM meanwhile: {0}. Copy it from there by RDP.'
}

# Names of bug checks: https://learn.microsoft.com/windows-hardware/drivers/debugger/bug-check-code-reference2
$BugCheckNames = @{
    '0x1'        = 'APC_INDEX_MISMATCH'
    '0xA'        = 'IRQL_NOT_LESS_OR_EQUAL'
    '0x12'       = 'TRAP_CAUSE_UNKNOWN'
    '0x18'       = 'REFERENCE_BY_POINTER'
    '0x19'       = 'BAD_POOL_HEADER'
    '0x1A'       = 'MEMORY_MANAGEMENT'
    '0x1E'       = 'KMODE_EXCEPTION_NOT_HANDLED'
    '0x20'       = 'KERNEL_APC_PENDING_DURING_EXIT'
    '0x22'       = 'FILE_SYSTEM'
    '0x23'       = 'FAT_FILE_SYSTEM'
    '0x24'       = 'NTFS_FILE_SYSTEM'
    '0x27'       = 'RDR_FILE_SYSTEM'
    '0x2E'       = 'DATA_BUS_ERROR'
    '0x34'       = 'CACHE_MANAGER'
    '0x35'       = 'NO_MORE_IRP_STACK_LOCATIONS'
    '0x3B'       = 'SYSTEM_SERVICE_EXCEPTION'
    '0x3F'       = 'NO_MORE_SYSTEM_PTES'
    '0x44'       = 'MULTIPLE_IRP_COMPLETE_REQUESTS'
    '0x4C'       = 'FATAL_UNHANDLED_HARD_ERROR'
    '0x4D'       = 'NO_PAGES_AVAILABLE'
    '0x4E'       = 'PFN_LIST_CORRUPT'
    '0x50'       = 'PAGE_FAULT_IN_NONPAGED_AREA'
    '0x51'       = 'REGISTRY_ERROR'
    '0x58'       = 'FTDISK_INTERNAL_ERROR'
    '0x5A'       = 'CRITICAL_SERVICE_FAILED'
    '0x5C'       = 'HAL_INITIALIZATION_FAILED'
    '0x5D'       = 'UNSUPPORTED_PROCESSOR'
    '0x5E'       = 'OBJECT_INITIALIZATION_FAILED'
    '0x5F'       = 'SECURITY_INITIALIZATION_FAILED'
    '0x60'       = 'PROCESS_INITIALIZATION_FAILED'
    '0x61'       = 'HAL1_INITIALIZATION_FAILED'
    '0x65'       = 'MEMORY1_INITIALIZATION_FAILED'
    '0x67'       = 'CONFIG_INITIALIZATION_FAILED'
    '0x69'       = 'IO1_INITIALIZATION_FAILED'
    '0x6B'       = 'PROCESS1_INITIALIZATION_FAILED'
    '0x6D'       = 'SESSION1_INITIALIZATION_FAILED'
    '0x6E'       = 'SESSION2_INITIALIZATION_FAILED'
    '0x6F'       = 'SESSION3_INITIALIZATION_FAILED'
    '0x73'       = 'CONFIG_LIST_FAILED'
    '0x74'       = 'BAD_SYSTEM_CONFIG_INFO'
    '0x75'       = 'CANNOT_WRITE_CONFIGURATION'
    '0x76'       = 'PROCESS_HAS_LOCKED_PAGES'
    '0x77'       = 'KERNEL_STACK_INPAGE_ERROR'
    '0x79'       = 'MISMATCHED_HAL'
    '0x7A'       = 'KERNEL_DATA_INPAGE_ERROR'
    '0x7B'       = 'INACCESSIBLE_BOOT_DEVICE'
    '0x7C'       = 'BUGCODE_NDIS_DRIVER'
    '0x7E'       = 'SYSTEM_THREAD_EXCEPTION_NOT_HANDLED'
    '0x7F'       = 'UNEXPECTED_KERNEL_MODE_TRAP'
    '0x80'       = 'NMI_HARDWARE_FAILURE'
    '0x85'       = 'SETUP_FAILURE'
    '0x8E'       = 'KERNEL_MODE_EXCEPTION_NOT_HANDLED'
    '0x93'       = 'INVALID_KERNEL_HANDLE'
    '0x98'       = 'END_OF_NT_EVALUATION_PERIOD'
    '0x99'       = 'INVALID_REGION_OR_SEGMENT'
    '0x9A'       = 'SYSTEM_LICENSE_VIOLATION'
    '0x9C'       = 'MACHINE_CHECK_EXCEPTION'
    '0x9E'       = 'USER_MODE_HEALTH_MONITOR'
    '0x9F'       = 'DRIVER_POWER_STATE_FAILURE'
    '0xA0'       = 'INTERNAL_POWER_ERROR'
    '0xA5'       = 'ACPI_BIOS_ERROR'
    '0xB8'       = 'ATTEMPTED_SWITCH_FROM_DPC'
    '0xBE'       = 'ATTEMPTED_WRITE_TO_READONLY_MEMORY'
    '0xC1'       = 'SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION'
    '0xC2'       = 'BAD_POOL_CALLER'
    '0xC4'       = 'DRIVER_VERIFIER_DETECTED_VIOLATION'
    '0xC5'       = 'DRIVER_CORRUPTED_EXPOOL'
    '0xC7'       = 'TIMER_OR_DPC_INVALID'
    '0xC9'       = 'DRIVER_VERIFIER_IOMANAGER_VIOLATION'
    '0xCA'       = 'PNP_DETECTED_FATAL_ERROR'
    '0xCB'       = 'DRIVER_LEFT_LOCKED_PAGES_IN_PROCESS'
    '0xCE'       = 'DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS'
    '0xD1'       = 'DRIVER_IRQL_NOT_LESS_OR_EQUAL'
    '0xD5'       = 'DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL'
    '0xDA'       = 'SYSTEM_PTE_MISUSE'
    '0xE2'       = 'MANUALLY_INITIATED_CRASH'
    '0xE3'       = 'RESOURCE_NOT_OWNED'
    '0xEA'       = 'THREAD_STUCK_IN_DEVICE_DRIVER'
    '0xED'       = 'UNMOUNTABLE_BOOT_VOLUME'
    '0xEF'       = 'CRITICAL_PROCESS_DIED'
    '0xF4'       = 'CRITICAL_OBJECT_TERMINATION'
    '0xF7'       = 'DRIVER_OVERRAN_STACK_BUFFER'
    '0xF8'       = 'RAMDISK_BOOT_INITIALIZATION_FAILED'
    '0xFC'       = 'ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY'
    '0x101'      = 'CLOCK_WATCHDOG_TIMEOUT'
    '0x109'      = 'CRITICAL_STRUCTURE_CORRUPTION'
    '0x10D'      = 'WDF_VIOLATION'
    '0x10E'      = 'VIDEO_MEMORY_MANAGEMENT_INTERNAL'
    '0x113'      = 'VIDEO_DXGKRNL_FATAL_ERROR'
    '0x116'      = 'VIDEO_TDR_FAILURE'
    '0x117'      = 'VIDEO_TDR_TIMEOUT_DETECTED'
    '0x119'      = 'VIDEO_SCHEDULER_INTERNAL_ERROR'
    '0x11D'      = 'EVENT_TRACING_FATAL_ERROR'
    '0x122'      = 'WHEA_INTERNAL_ERROR'
    '0x124'      = 'WHEA_UNCORRECTABLE_ERROR'
    '0x12B'      = 'FAULTY_HARDWARE_CORRUPTED_PAGE'
    '0x133'      = 'DPC_WATCHDOG_VIOLATION'
    '0x135'      = 'REGISTRY_FILTER_DRIVER_EXCEPTION'
    '0x139'      = 'KERNEL_SECURITY_CHECK_FAILURE'
    '0x13A'      = 'KERNEL_MODE_HEAP_CORRUPTION'
    '0x144'      = 'BUGCODE_USB3_DRIVER'
    '0x14F'      = 'PDC_WATCHDOG_TIMEOUT'
    '0x154'      = 'UNEXPECTED_STORE_EXCEPTION'
    '0x15E'      = 'BUGCODE_NDIS_DRIVER_LIVE_DUMP'
    '0x161'      = 'LIVE_SYSTEM_DUMP'
    '0x17E'      = 'MICROCODE_REVISION_MISMATCH'
    '0x18B'      = 'SECURE_KERNEL_ERROR'
    '0x1A8'      = 'SYSTEM_IMAGE_CORRUPT'
    '0x1C7'      = 'STORE_DATA_STRUCTURE_CORRUPTION'
    '0x1CA'      = 'SYNTHETIC_WATCHDOG_TIMEOUT'
    '0x1E4'      = 'VIDEO_DXGKRNL_SYSMM_FATAL_ERROR'
    '0x1000007E' = 'SYSTEM_THREAD_EXCEPTION_NOT_HANDLED_M'
    '0x1000007F' = 'UNEXPECTED_KERNEL_MODE_TRAP_M'
    '0x1000008E' = 'KERNEL_MODE_EXCEPTION_NOT_HANDLED_M'
    '0xC0000218' = 'STATUS_CANNOT_LOAD_REGISTRY_FILE'
    '0xC000021A' = 'WINLOGON_FATAL_ERROR'
    '0xC0000221' = 'STATUS_IMAGE_CHECKSUM_MISMATCH'
    '0xDEADDEAD' = 'MANUALLY_INITIATED_CRASH1'
}

$DumpKinds = @{
    '1' = 'full'
    '2' = 'kernel'
    '3' = 'header'
    '4' = 'minidump'
    '5' = 'bitmap-full'
    '6' = 'bitmap-kernel'
    '7' = 'automatic'
}

# A refusal that is an answer, not a failure of the script.
$script:Refusal = $null

# --- the registry of the broken Windows ---

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

function Get-KeyValue {
    # As written in the hive: %SystemRoot% must not become this VM's own.
    param($Key, [string]$Name)
    return $Key.GetValue($Name, $null, 'DoNotExpandEnvironmentNames')
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

function Read-System {
    param([string]$Root)
    $select = Read-Key "$Root\Select" @('Current')
    if ($null -eq $select['Current']) { throw 'Select\Current is missing' }
    $set = 'ControlSet{0:d3}' -f [int]$select['Current']
    $crash = Read-Key "$Root\$set\Control\CrashControl" @('CrashDumpEnabled', 'DumpFile', 'MinidumpDir', 'AutoReboot', 'DedicatedDumpFile', 'LastCrashTime')
    $memory = Read-Key "$Root\$set\Control\Session Manager\Memory Management" @('PagingFiles', 'ExistingPageFiles')
    return @{ ControlSet = $set; Crash = $crash; Memory = $memory; Problem = $null }
}

function Get-OfflineSystem {
    param([string]$WindowsRoot)
    $hive = "$WindowsRoot\System32\config\SYSTEM"
    $empty = @{ ControlSet = $null; Crash = @{}; Memory = @{}; Problem = $null; Hive = $hive }
    if (-not (Test-Path -LiteralPath $hive)) {
        $empty.Problem = $Text['hive-missing']
        return $empty
    }
    $name = 'azure-repair-kit-' + [Guid]::NewGuid().ToString('N')
    $folder = Join-Path ([System.IO.Path]::GetTempPath()) $name
    $loaded = $false
    try {
        $null = New-Item -ItemType Directory -Path $folder -Force
        $copy = Copy-Hive $hive $folder
        Invoke-Reg @('load', "HKLM\$name", $copy)
        $loaded = $true
        $system = Read-System "HKLM:\$name"
        $system.Hive = $hive
        return $system
    } catch {
        $empty.Problem = $_.Exception.Message
        return $empty
    } finally {
        if ($loaded) { Remove-LoadedHive $name }
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

# --- places ---

function Convert-OfflinePath {
    # A path as the broken Windows writes it, to this VM's drives. Drive is the letter there when it is not on this volume.
    param([string]$Path, [string]$WindowsRoot)
    $drive = $WindowsRoot.Substring(0, 2)
    $expanded = $Path -replace '^\\\?\?\\', ''
    $expanded = [regex]::Replace($expanded, '%(systemroot|windir)%', { $WindowsRoot }, 'IgnoreCase')
    $expanded = [regex]::Replace($expanded, '%systemdrive%', { $drive }, 'IgnoreCase')
    if ($expanded -match '^\\SystemRoot\\') { $expanded = $WindowsRoot + $expanded.Substring('\SystemRoot'.Length) }
    if ($expanded -notmatch '^([A-Za-z]):\\') { return @{ Path = $expanded; Drive = $null } }
    $letter = $Matches[1].ToUpperInvariant()
    if ($expanded.Substring(0, 2) -ieq $drive -and $Path -notmatch '^[A-Za-z]:') { return @{ Path = $expanded; Drive = $null } }
    # The drive of the running Windows is C: on every VM made from an Azure image.
    if ($letter -eq 'C') { return @{ Path = $drive + $expanded.Substring(2); Drive = $null } }
    return @{ Path = $expanded; Drive = "${letter}:" }
}

function New-Place {
    param([string]$Path, [string]$Origin, [string]$Kind = 'dump', $Drive = $null)
    return @{ Path = $Path; Origin = $Text[$Origin]; Kind = $Kind; Drive = $Drive }
}

function Get-PageFiles {
    # Paths of the page files, as written: "C:\pagefile.sys 0 0", "\??\D:\pagefile.sys". "?:\pagefile.sys" is any drive.
    param($System)
    $paths = @()
    foreach ($entry in @(Get-Strings $System 'PagingFiles') + @(Get-Strings $System 'ExistingPageFiles')) {
        $path = ($entry -replace '^\\\?\?\\', '') -replace '(\s+\d+){1,2}\s*$', ''
        if ($path -and $paths -notcontains $path) { $paths += $path }
    }
    return $paths
}

function Get-NamedPlaces {
    # Places whose path is known beforehand, in the order of trust.
    param($System, [string]$WindowsRoot)
    $places = @()
    $default = "$WindowsRoot\MEMORY.DMP"
    $dumpFile = Get-Setting $System 'DumpFile'
    if ($dumpFile) {
        $to = Convert-OfflinePath $dumpFile $WindowsRoot
        $places += New-Place $to.Path 'place-dump-file' 'dump' $to.Drive
    }
    if (-not $dumpFile -or $places[0].Path -ine $default) { $places += New-Place $default 'place-default' }
    $dedicated = Get-Setting $System 'DedicatedDumpFile'
    if ($dedicated) {
        $to = Convert-OfflinePath $dedicated $WindowsRoot
        $places += New-Place $to.Path 'place-dedicated' 'dump' $to.Drive
    }
    return $places
}

function Get-FolderPlaces {
    # Files found by a pattern: the newest first. Gives the places, or the line that says that there are none.
    param([string]$Folder, [string]$Pattern, [string]$Origin, [int]$Most, $Searched)
    $files = @()
    if (Test-Path -LiteralPath $Folder) {
        $files = @(Get-ChildItem -LiteralPath $Folder -Force -ErrorAction SilentlyContinue |
            Where-Object { -not $_.PSIsContainer -and $_.Name -like $Pattern } |
            Sort-Object -Property @{ Expression = 'LastWriteTimeUtc'; Descending = $true }, @{ Expression = 'Name'; Descending = $false })
    }
    if ($files.Count -eq 0) {
        Add-Searched $Searched $Folder $false ($Text['absent-folder'] -f $Text[$Origin], $Pattern)
        return @()
    }
    return @($files | Select-Object -First $Most | ForEach-Object { New-Place ($Folder.TrimEnd('\') + '\' + $_.Name) $Origin })
}

function Get-PageFilePlaces {
    param($System, [string]$WindowsRoot)
    $drive = $WindowsRoot.Substring(0, 2)
    $places = @()
    foreach ($path in @(Get-PageFiles $System)) {
        $to = Convert-OfflinePath ($path -replace '^\?:', 'C:') $WindowsRoot
        $places += New-Place $to.Path 'place-page-file' 'page-file' $to.Drive
    }
    $places += New-Place "$drive\pagefile.sys" 'place-page-file' 'page-file'
    # "C:\pagefile.sys" and "?:\pagefile.sys" may be one file; the first mention stands.
    $seen = @()
    return @($places | Where-Object { $seen -notcontains $_.Path } | ForEach-Object { $seen += $_.Path; $_ })
}

function Add-Searched {
    param($Searched, [string]$Path, [bool]$Found, [string]$Why)
    $null = $Searched.Add([ordered]@{ path = $Path; found = $Found; why = $Why })
    Write-Host "searched $Path - $Why"
}

# --- dump headers ---

function Open-Shared {
    param([string]$Path)
    return (Get-Item -LiteralPath $Path -Force -ErrorAction Stop).Open('Open', 'Read', 'ReadWrite')
}

function Read-Full {
    # Fills the buffer from the stream; gives the number of bytes, less than its length only at the end of the file.
    param($Stream, [byte[]]$Buffer)
    $have = 0
    while ($have -lt $Buffer.Length) {
        $got = $Stream.Read($Buffer, $have, $Buffer.Length - $have)
        if ($got -le 0) { break }
        $have += $got
    }
    return $have
}

function Read-Start {
    param([string]$Path)
    $stream = Open-Shared $Path
    try {
        $buffer = New-Object byte[] $HeaderLength
        $length = Read-Full $stream $buffer
        return @{ Bytes = $buffer; Length = $length; Size = [long]$stream.Length }
    } finally {
        $stream.Dispose()
    }
}

function Get-FileTimeText {
    # ISO 8601 in UTC; null for a time that was never written, whose place holds zeros or the text PAGE.
    param([long]$FileTime)
    if ($FileTime -le 0 -or $FileTime -ge $EndOfTime) { return $null }
    return [DateTime]::FromFileTimeUtc($FileTime).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", [System.Globalization.CultureInfo]::InvariantCulture)
}

function Get-Hex {
    param($Number)
    return '0x{0:X}' -f $Number
}

function Read-DumpHeader {
    # The header of a kernel dump, 64-bit (0x2000 bytes) or 32-bit (0x1000 bytes); null when the bytes are none.
    param([byte[]]$Bytes, [int]$Length)
    if ($Length -lt 0x1000) { return $null }
    $mark = [System.Text.Encoding]::ASCII.GetString($Bytes, 0, 8)
    if ($mark -ceq 'PAGEDU64' -and $Length -ge 0x2000) {
        $parameters = @(0, 1, 2, 3 | ForEach-Object { [BitConverter]::ToUInt64($Bytes, 0x40 + 8 * $_) })
        $layout = @{ Code = 0x38; Type = 0xF98; Time = 0xFA8; Attributes = 0x1050 }
    } elseif ($mark -ceq 'PAGEDUMP') {
        $parameters = @(0, 1, 2, 3 | ForEach-Object { [uint64][BitConverter]::ToUInt32($Bytes, 0x2C + 4 * $_) })
        $layout = @{ Code = 0x28; Type = 0xF88; Time = 0xFC0; Attributes = $null }
    } else {
        return $null
    }
    $code = Get-Hex ([BitConverter]::ToUInt32($Bytes, $layout.Code))
    $type = [BitConverter]::ToUInt32($Bytes, $layout.Type)
    $attributes = 0
    if ($layout.Attributes) {
        $attributes = [BitConverter]::ToUInt32($Bytes, $layout.Attributes)
        # Never written: filled with the text PAGE.
        if ($attributes -eq 0x45474150) { $attributes = 0 }
    }
    $status = $null
    # A status is 32 bits wide; in a 64-bit dump it may be extended by its sign.
    if ($code -eq '0xC000021A') { $status = '0x{0:X8}' -f ($parameters[1] -band 0xFFFFFFFFL) }
    return @{
        Kind = $(if ($DumpKinds.ContainsKey("$type")) { $DumpKinds["$type"] } else { "unknown-$type" })
        Time = [BitConverter]::ToInt64($Bytes, $layout.Time)
        Build = [long][BitConverter]::ToUInt32($Bytes, 0x0C)
        Live = ($attributes -band 0x10) -ne 0
        BugCheck = [ordered]@{
            code = $code
            name = $(if ($BugCheckNames.ContainsKey($code)) { $BugCheckNames[$code] } else { $null })
            parameters = @($parameters | ForEach-Object { Get-Hex $_ })
            status = $status
        }
    }
}

# --- searching ---

function New-Damage {
    # A file where a dump should be, which is none. A page file is no such place.
    param($Place)
    if ($Place.Kind -eq 'page-file') { return $null }
    return @{ Place = $Place; Header = $null }
}

function Test-Place {
    # Looks at one place. Gives a candidate, one without a header for a file that is no dump, or nothing; and a line that says why.
    param($Place, $Searched)
    if ($Place.Drive) {
        Add-Searched $Searched $Place.Path $false ($Text['other-drive'] -f $Place.Origin, $Place.Drive)
        return $null
    }
    if (-not (Test-Path -LiteralPath $Place.Path -PathType Leaf)) {
        Add-Searched $Searched $Place.Path $false ($Text['absent'] -f $Place.Origin)
        return $null
    }
    try {
        $start = Read-Start $Place.Path
    } catch {
        Add-Searched $Searched $Place.Path $true ($Text['unreadable'] -f $Place.Origin, $_.Exception.Message)
        return (New-Damage $Place)
    }
    $header = Read-DumpHeader $start.Bytes $start.Length
    if ($Place.Kind -eq 'page-file') {
        $armed = $null -ne $header
        Add-Searched $Searched $Place.Path $true ($Text[$(if ($armed) { 'page-file-armed' } else { 'page-file-idle' })] -f $Place.Origin)
        if ($armed) { return @{ Place = $Place; Header = $header; Size = $start.Size } }
        return $null
    }
    if ($null -eq $header) {
        $why = $(if ($start.Size -lt 0x1000) { $Text['found-short'] -f $Place.Origin, $start.Size } else { $Text['found-foreign'] -f $Place.Origin })
        Add-Searched $Searched $Place.Path $true $why
        return (New-Damage $Place)
    }
    if ($header.Live) {
        Add-Searched $Searched $Place.Path $true ($Text['found-live'] -f $Place.Origin)
        return $null
    }
    # What is said of it depends on which candidate is best, so its line is filled in at the end.
    $null = $Searched.Add([ordered]@{ path = $Place.Path; found = $true; why = '' })
    return @{ Place = $Place; Header = $header; Size = $start.Size; Line = $Searched.Count - 1 }
}

function Get-Rank {
    # A small dump is better than none, and worse than any other.
    param($Candidate)
    if ($Candidate.Header.Kind -eq 'minidump' -or $Candidate.Header.Kind -eq 'header') { return 0 }
    return 1
}

function Select-Best {
    param([object[]]$Candidates, $Searched)
    $best = $null
    foreach ($candidate in $Candidates) {
        if ($null -eq $best) { $best = $candidate; continue }
        $ranks = (Get-Rank $candidate) - (Get-Rank $best)
        if ($ranks -gt 0 -or ($ranks -eq 0 -and $candidate.Header.Time -gt $best.Header.Time)) { $best = $candidate }
    }
    foreach ($candidate in $Candidates) {
        $sentence = $(if ([object]::ReferenceEquals($candidate, $best)) { 'found-best' } else { 'found-other' })
        $line = $Searched[$candidate.Line]
        $line['why'] = $Text[$sentence] -f $candidate.Place.Origin, $candidate.Header.Kind, $candidate.Header.BugCheck.code
        Write-Host "searched $($candidate.Place.Path) - $($line['why'])"
    }
    return $best
}

function Search-Dump {
    # Every place a dump can be. Gives the best candidate, page files that hold a dump, the first file that should be a dump
    # and is none, and all that was looked at.
    param($System, [string]$WindowsRoot)
    $searched = New-Object System.Collections.ArrayList
    $why = $(if ($System.Problem) { $Text['hive-problem'] -f $System.Problem } else { $Text['hive-read'] -f $System.ControlSet })
    Add-Searched $searched $System.Hive ($null -eq $System.Problem) $why

    $drive = $WindowsRoot.Substring(0, 2)
    $minidumps = Get-Setting $System 'MinidumpDir'
    $minidumps = $(if ($minidumps) { $minidumps } else { '%SystemRoot%\Minidump' })
    $candidates = @()
    foreach ($place in @(Get-NamedPlaces $System $WindowsRoot)) { $candidates += @(Test-Place $place $searched) }
    foreach ($place in @(Get-FolderPlaces "$drive\" 'DUMP*.tmp' 'place-temporary' 5 $searched)) { $candidates += @(Test-Place $place $searched) }
    foreach ($place in @(Get-FolderPlaces $WindowsRoot 'DUMP*.tmp' 'place-temporary' 5 $searched)) { $candidates += @(Test-Place $place $searched) }
    $to = Convert-OfflinePath $minidumps $WindowsRoot
    if ($to.Drive) {
        Add-Searched $searched $to.Path $false ($Text['other-drive'] -f $Text['place-minidump'], $to.Drive)
    } else {
        foreach ($place in @(Get-FolderPlaces $to.Path '*.dmp' 'place-minidump' $MinidumpsLookedAt $searched)) { $candidates += @(Test-Place $place $searched) }
    }
    $candidates = @($candidates | Where-Object { $null -ne $_ })
    $damaged = @($candidates | Where-Object { $null -eq $_.Header } | ForEach-Object { $_.Place.Path })
    $candidates = @($candidates | Where-Object { $null -ne $_.Header })
    $armed = @()
    foreach ($place in @(Get-PageFilePlaces $System $WindowsRoot)) { $armed += @(Test-Place $place $searched) }
    $armed = @($armed | Where-Object { $null -ne $_ })
    $first = $(if ($damaged.Count -gt 0) { $damaged[0] } else { $null })
    return @{ Best = (Select-Best $candidates $searched); Armed = $armed; Damaged = $first; Searched = $searched }
}

# --- why there is no dump ---

function Get-NmiStep {
    # With the names of the broken VM, so that the command can be pasted.
    $names = @('GROUP', 'VM')
    if ($SourceVmId -match '/resourceGroups/([^/]+)/.*/virtualMachines/([^/]+)$') { $names = @($Matches[1], $Matches[2]) }
    return $Text['next-nmi'] -f $names
}

function Set-Explanation {
    # The first reason that fits, the surest first, and the steps that fit it.
    param($Answer, $System, $Search, [string]$WindowsRoot)
    $reason = $null
    $steps = @()
    $nmi = Get-NmiStep
    $enabled = Get-Setting $System 'CrashDumpEnabled'
    $dumpFile = Get-Setting $System 'DumpFile'
    $dumpDrive = $(if ($dumpFile) { (Convert-OfflinePath $dumpFile $WindowsRoot).Drive } else { $null })
    $pageFiles = @(Get-PageFiles $System)
    $pagesHere = @($pageFiles | Where-Object { -not (Convert-OfflinePath ($_ -replace '^\?:', 'C:') $WindowsRoot).Drive })
    if (@($Search.Armed).Count -gt 0) {
        $reason = $Text['reason-page-file'] -f $Search.Armed[0].Place.Path
        $steps = @($Text['reason-page-file-next'])
    } elseif ($System.Problem) {
        $reason = ($Text['hive-problem'] -f $System.Problem) + ' ' + $Text['reason-unknown']
        $steps = @($nmi)
    } elseif ($null -ne $enabled -and [int]$enabled -eq 0) {
        $reason = $Text['reason-disabled']
        $steps = @($Text['next-enable'])
    } elseif ($dumpDrive) {
        $reason = $Text['reason-other-drive'] -f $dumpFile
        $steps = @($Text['next-enable'], $nmi)
    } elseif ($pageFiles.Count -gt 0 -and $pagesHere.Count -eq 0 -and -not (Get-Setting $System 'DedicatedDumpFile')) {
        $reason = $Text['reason-temporary-pages'] -f ($pageFiles -join ', ')
        $steps = @($Text['next-page-file'], $nmi)
    } elseif ($pageFiles.Count -eq 0 -and $System.Memory.ContainsKey('PagingFiles') -and $null -ne $System.Memory['PagingFiles'] -and -not (Get-Setting $System 'DedicatedDumpFile')) {
        $reason = $Text['reason-no-page-file']
        $steps = @($Text['next-page-file'], $nmi)
    } elseif ($Search.Damaged) {
        $reason = $Text['reason-damaged'] -f $Search.Damaged
        $steps = @($nmi)
    } elseif ($null -ne (Get-Setting $System 'LastCrashTime')) {
        $reason = $Text['reason-lost']
        $steps = @($Text['reason-page-file-next'], $nmi)
    } else {
        $reason = $Text['reason-never']
        $steps = @($nmi)
    }
    $autoReboot = Get-Setting $System 'AutoReboot'
    if ($null -ne $autoReboot -and [int]$autoReboot -ne 0 -and $steps -contains $nmi) { $steps += $Text['next-reset'] }
    $Answer.status = 'not-found'
    $Answer.reason = $reason
    $Answer.nextSteps = $steps
}

# --- uploading ---

function Stop-Refused {
    # Ends the upload with an answer. Thrown as an error, told apart by the variable.
    param([string]$Reason, [string[]]$NextSteps)
    $script:Refusal = @{ Reason = $Reason; NextSteps = $NextSteps }
    throw $Reason
}

function Get-Failure {
    # What went wrong with a request: Status 0 when no answer came. Windows PowerShell and later ones keep it in different places.
    param($ErrorRecord)
    $failure = @{ Status = 0; Code = ''; Message = $ErrorRecord.Exception.Message; RetryAfter = 0 }
    $response = $null
    if ($ErrorRecord.Exception.PSObject.Properties['Response']) { $response = $ErrorRecord.Exception.Response }
    if ($null -eq $response) { return $failure }
    $failure.Status = [int]$response.StatusCode
    $failure.Code = Get-ResponseHeader $response 'x-ms-error-code'
    $retryAfter = 0
    if ([int]::TryParse((Get-ResponseHeader $response 'Retry-After'), [ref]$retryAfter)) { $failure.RetryAfter = $retryAfter }
    return $failure
}

function Get-ResponseHeader {
    param($Response, [string]$Name)
    try {
        if ($Response.Headers -is [System.Collections.Specialized.NameValueCollection]) { return "$($Response.Headers[$Name])" }
        return "$(@($Response.Headers.GetValues($Name))[0])"
    } catch {
        return ''
    }
}

function Test-Passing {
    # Failures that pass by themselves: no answer, timeouts, throttling, errors of the service.
    param($Failure)
    return $Failure.Status -eq 0 -or $Failure.Status -eq 408 -or $Failure.Status -eq 429 -or $Failure.Status -ge 500
}

function Get-Delay {
    param([int]$Attempt, $Failure)
    $seconds = [Math]::Min(30, 2 * [Math]::Pow(2, [Math]::Min(4, $Attempt - 1)))
    return [int][Math]::Min(60, [Math]::Max($seconds, $Failure.RetryAfter))
}

function Get-FailureName {
    param($Failure)
    if ($Failure.Status -eq 0) { return $Failure.Message }
    if ($Failure.Code) { return "$($Failure.Status) $($Failure.Code)" }
    return "$($Failure.Status)"
}

function Get-Token {
    # A token of the identity for storage, from the instance metadata service; kept until five minutes before its end.
    param($Session)
    if ($Session.Token -and $Session.TokenEnds -gt [DateTime]::UtcNow.AddMinutes(5)) { return $Session.Token }
    $uri = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=' +
        [Uri]::EscapeDataString($StorageResource) + '&client_id=' + [Uri]::EscapeDataString($IdentityClientId)
    $waited = 0
    for ($attempt = 1; $true; $attempt++) {
        try {
            $answer = Invoke-RestMethod -Uri $uri -Headers @{ Metadata = 'true' } -TimeoutSec 30 -UseBasicParsing
            $Session.Token = $answer.access_token
            $Session.TokenEnds = [DateTime]::new(1970, 1, 1, 0, 0, 0, [DateTimeKind]::Utc).AddSeconds([double]$answer.expires_on)
            return $Session.Token
        } catch {
            $failure = Get-Failure $_
            # 404 and 410 come while the service is being updated.
            $passing = (Test-Passing $failure) -or $failure.Status -eq 404 -or $failure.Status -eq 410
            if (-not $passing -or $waited -ge $FailurePatienceSeconds) {
                Stop-Refused ($Text['refused-token'] -f $IdentityClientId, (Get-FailureName $failure)) @($Text['refused-token-next'])
            }
            $delay = Get-Delay $attempt $failure
            Write-Host "no token yet ($(Get-FailureName $failure)); trying again in $delay seconds"
            Start-Sleep -Seconds $delay
            $waited += $delay
        }
    }
}

function Send-Blob {
    # One request to the store, tried again as long as that makes sense.
    param($Session, [string]$Query, [byte[]]$Body, [hashtable]$Headers, [string]$ContentType)
    $waited = 0
    $renewed = $false
    for ($attempt = 1; $true; $attempt++) {
        $all = @{ Authorization = "Bearer $(Get-Token $Session)"; 'x-ms-version' = $StorageVersion }
        foreach ($name in $Headers.Keys) { $all[$name] = $Headers[$name] }
        try {
            $null = Invoke-WebRequest -Uri ($Session.BlobUrl + $Query) -Method Put -Headers $all -Body $Body -ContentType $ContentType -TimeoutSec 300 -UseBasicParsing
            return
        } catch {
            $failure = Get-Failure $_
        }
        $name = Get-FailureName $failure
        if ($failure.Status -eq 401 -and -not $renewed) {
            $Session.Token = $null
            $renewed = $true
            continue
        }
        $patience = $(if ($failure.Status -eq 403) { $RefusalPatienceSeconds } elseif (Test-Passing $failure) { $FailurePatienceSeconds } else { 0 })
        if ($waited -ge $patience) { Stop-Upload $Session $failure $waited }
        $delay = Get-Delay $attempt $failure
        Write-Host "the store answered $name; trying again in $delay seconds ($waited of $patience waited)"
        Start-Sleep -Seconds $delay
        $waited += $delay
    }
}

function Stop-Upload {
    param($Session, $Failure, [int]$Waited)
    $name = Get-FailureName $Failure
    $byHand = $Text['refused-next-by-hand'] -f $Session.DumpPath
    if ($Failure.Status -eq 403) {
        $step = $(if ($Failure.Code -eq 'AuthorizationFailure') { $Text['refused-firewall-next'] } else { $Text['refused-rights-next'] })
        Stop-Refused ($Text['refused-rights'] -f $Waited, $name) @($step, $byHand)
    }
    if ($Failure.Status -eq 0) {
        Stop-Refused ($Text['refused-unreachable'] -f $Waited, $name) @(($Text['refused-unreachable-next'] -f ([Uri]$Session.BlobUrl).Host), $byHand)
    }
    Stop-Refused ($Text['refused-store'] -f $name) @(($Text['refused-store-next'] -f $ContainerUrl), $byHand)
}

function Get-HeaderText {
    # Headers are ASCII; anything else is percent-encoded.
    param([string]$Value)
    return [regex]::Replace($Value, '[^\x20-\x7e]+', { param($match) [Uri]::EscapeDataString($match.Value) })
}

function Get-BlobUrl {
    # Of the file's name only what every tool takes in a blob name.
    param([string]$FileName)
    $name = $FileName -replace '[^A-Za-z0-9._-]+', '_'
    $name = $name.Substring([Math]::Max(0, $name.Length - $LongestBlobName))
    $path = $BlobPrefix.Trim('/')
    $path = $(if ($path) { "$path/$name" } else { $name })
    $escaped = @($path -split '/' | ForEach-Object { [Uri]::EscapeDataString($_) }) -join '/'
    return $ContainerUrl.TrimEnd('/') + '/' + $escaped
}

function Get-BlockSize {
    param([long]$Size)
    $least = [long][Math]::Ceiling($Size / $MostBlocks)
    $wholeMegabytes = [long][Math]::Ceiling($least / 1MB) * 1MB
    return [int][Math]::Max($MinimumBlock, $wholeMegabytes)
}

function Send-Dump {
    # Uploads a file block by block and gives its SHA-256. One block is in memory at a time.
    param($Session, [string]$Path)
    $stream = Open-Shared $Path
    $hash = [System.Security.Cryptography.SHA256]::Create()
    $ids = New-Object System.Collections.ArrayList
    try {
        $size = [long]$stream.Length
        $buffer = New-Object byte[] ([int][Math]::Min((Get-BlockSize $size), [Math]::Max(1, $size)))
        $sent = [long]0
        $told = [DateTime]::UtcNow
        while (($length = Read-Full $stream $buffer) -gt 0) {
            $null = $hash.TransformBlock($buffer, 0, $length, $null, 0)
            $block = $buffer
            if ($length -lt $buffer.Length) {
                $block = New-Object byte[] $length
                [Array]::Copy($buffer, $block, $length)
            }
            $id = [Convert]::ToBase64String([System.Text.Encoding]::ASCII.GetBytes(('block-{0:d6}' -f $ids.Count)))
            Send-Blob $Session ('?comp=block&blockid=' + [Uri]::EscapeDataString($id)) $block @{} 'application/octet-stream'
            $null = $ids.Add($id)
            $sent += $length
            if (([DateTime]::UtcNow - $told).TotalSeconds -ge 5) {
                $told = [DateTime]::UtcNow
                Write-Host ('uploaded {0:n0} of {1:n0} MiB' -f ($sent / 1MB), ($size / 1MB))
            }
        }
        $null = $hash.TransformFinalBlock($buffer, 0, 0)
        if ($sent -ne $size) { throw "$Path ended after $sent of $size bytes" }
        return @{ Sha256 = ([BitConverter]::ToString($hash.Hash) -replace '-', '').ToLowerInvariant(); Ids = $ids; Size = $size }
    } finally {
        $hash.Dispose()
        $stream.Dispose()
    }
}

function Send-BlockList {
    # Until this request no blob is there: a dump is whole in the store, or absent.
    param($Session, $Sent, $Header)
    $xml = New-Object System.Text.StringBuilder
    $null = $xml.Append('<?xml version="1.0" encoding="utf-8"?><BlockList>')
    foreach ($id in $Sent.Ids) { $null = $xml.Append("<Latest>$id</Latest>") }
    $null = $xml.Append('</BlockList>')
    $headers = @{
        'x-ms-blob-content-type' = 'application/octet-stream'
        'x-ms-meta-sha256'       = $Sent.Sha256
        'x-ms-meta-bugcheck'     = $Header.BugCheck.code
        'x-ms-meta-sourcevm'     = Get-HeaderText $SourceVmId
        'x-ms-meta-snapshot'     = Get-HeaderText $SnapshotId
    }
    Send-Blob $Session '?comp=blocklist' ([System.Text.Encoding]::UTF8.GetBytes($xml.ToString())) $headers 'application/xml'
}

function Set-Collected {
    param($Answer, $Best)
    $path = $Best.Place.Path
    $session = @{ BlobUrl = (Get-BlobUrl ($path -split '\\')[-1]); Token = $null; TokenEnds = [DateTime]::MinValue; DumpPath = $path }
    $Answer.dumpPath = $path
    $Answer.dumpSize = $Best.Size
    $Answer.bugCheck = $Best.Header.BugCheck
    $Answer.systemTime = Get-FileTimeText $Best.Header.Time
    $Answer.build = $Best.Header.Build
    $Answer.dumpKind = $Best.Header.Kind
    Write-Host ('uploading {0} ({1:n1} MiB)' -f $path, ($Best.Size / 1MB))
    try {
        $sent = Send-Dump $session $path
        Send-BlockList $session $sent $Best.Header
    } catch {
        if ($null -eq $script:Refusal) { throw }
        $Answer.status = 'upload-refused'
        $Answer.reason = $script:Refusal.Reason
        $Answer.nextSteps = @($script:Refusal.NextSteps)
        return
    }
    $Answer.status = 'collected'
    $Answer.dumpBlobUrl = $session.BlobUrl
    $Answer.dumpSha256 = $sent.Sha256
}

# --- the answer ---

function New-Answer {
    return [ordered]@{
        schema = 1; status = $null; dumpPath = $null; dumpBlobUrl = $null; dumpSha256 = $null; dumpSize = $null; bugCheck = $null
        systemTime = $null; build = $null; dumpKind = $null; searched = @(); crashControl = $null; reason = $null; nextSteps = @()
    }
}

function Get-CrashControl {
    param($System)
    if ($System.Problem) { return $null }
    $enabled = Get-Setting $System 'CrashDumpEnabled'
    $autoReboot = Get-Setting $System 'AutoReboot'
    return [ordered]@{
        dumpEnabled = $(if ($null -ne $enabled) { [int]$enabled } else { $null })
        dumpFile    = Get-Setting $System 'DumpFile'
        minidumpDir = Get-Setting $System 'MinidumpDir'
        autoReboot  = $(if ($null -ne $autoReboot) { [int]$autoReboot -ne 0 } else { $null })
        controlSet  = $System.ControlSet
    }
}

function ConvertTo-AnswerLine {
    # ASCII only, so that no code page on the way changes it; characters that 5.1 escapes are escaped everywhere.
    param($Answer)
    $json = ConvertTo-Json -InputObject $Answer -Compress -Depth 6
    return [regex]::Replace($json, "[^\x20-\x7e]|['<>&]", { param($match) '\u{0:x4}' -f [int][char]$match.Value })
}

function Limit-Text {
    # Cuts every text of the answer but the blob's address and hash, which are of no use in part.
    param($Value, [int]$Longest)
    if ($Value -is [string]) {
        if ($Value.Length -le $Longest) { return $Value }
        return $Value.Substring(0, $Longest) + '...'
    }
    if ($Value -is [System.Collections.IDictionary]) {
        foreach ($name in @($Value.Keys)) {
            if ($name -notlike 'dumpBlobUrl' -and $name -notlike 'dumpSha256') { $Value[$name] = Limit-Text $Value[$name] $Longest }
        }
        return $Value
    }
    if ($Value -is [array]) { return , @($Value | ForEach-Object { Limit-Text $_ $Longest }) }
    return $Value
}

function Write-Answer {
    # Places looked at are left out from the end, with their number, until the line is short enough; then texts are cut.
    param($Answer)
    $line = ConvertTo-AnswerLine $Answer
    $left = 0
    while ($line.Length -gt $AnswerLimit -and $Answer.searched.Count -gt 0) {
        $Answer.searched = @($Answer.searched | Select-Object -First ($Answer.searched.Count - 1))
        $left++
        $Answer.searchedLeftOut = $left
        $line = ConvertTo-AnswerLine $Answer
    }
    foreach ($longest in 400, 200, 100, 50, 25) {
        if ($line.Length -le $AnswerLimit) { break }
        $line = ConvertTo-AnswerLine (Limit-Text $Answer $longest)
    }
    Write-Output $line
}

function Get-Answer {
    $answer = New-Answer
    $root = $WindowsRoot.Trim().TrimEnd('\')
    if (-not $root) {
        $answer.status = 'not-mounted'
        $answer.reason = $Text['not-mounted']
        $answer.nextSteps = @($Text['not-mounted-next'])
        return $answer
    }
    if ($root -notmatch '^[A-Za-z]:\\.') { throw "WindowsRoot must be a folder such as F:\Windows, got `"$WindowsRoot`"" }
    if (-not (Test-Path -LiteralPath $root -PathType Container)) {
        $answer.status = 'not-mounted'
        $answer.reason = $Text['root-missing'] -f $root
        $answer.nextSteps = @($Text['root-missing-next'])
        return $answer
    }
    $system = Get-OfflineSystem $root
    $answer.crashControl = Get-CrashControl $system
    $search = Search-Dump $system $root
    $answer.searched = @($search.Searched)
    if ($search.Best) {
        Set-Collected $answer $search.Best
    } else {
        Set-Explanation $answer $system $search $root
    }
    return $answer
}

try {
    $answer = Get-Answer
    Write-Host "status: $($answer.status)"
    Write-Answer $answer
    exit 0
} catch {
    Write-Output "collect-dump failed: $($_.Exception.Message) (line $($_.InvocationInfo.ScriptLineNumber))"
    exit 1
}
