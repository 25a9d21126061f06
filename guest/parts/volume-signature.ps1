# What a partition begins with, read from the disk itself: also a volume that Windows cannot mount shows what it is.

$RawRead = @'
[DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
public static extern SafeFileHandle CreateFile(string name, uint access, uint share, IntPtr security, uint creation, uint flags, IntPtr template);
'@

function Read-FirstBytes {
    # The first 4,096 bytes; nothing when they cannot be read. .NET opens no device by its name, hence CreateFile.
    param($Partition)
    $stream = $null
    try {
        $native = Add-Type -MemberDefinition $RawRead -Name 'RawRead' -Namespace 'AzureRepairKit' -UsingNamespace 'Microsoft.Win32.SafeHandles' -PassThru
        # GENERIC_READ, FILE_SHARE_READ with FILE_SHARE_WRITE, OPEN_EXISTING.
        $handle = $native::CreateFile("\\.\PhysicalDrive$($Partition.DiskNumber)", [uint32]2147483648, [uint32]3, [IntPtr]::Zero, [uint32]3, [uint32]0, [IntPtr]::Zero)
        if ($handle.IsInvalid) { return $null }
        $stream = New-Object System.IO.FileStream($handle, [System.IO.FileAccess]::Read, 4096)
        $null = $stream.Seek([long]$Partition.Offset, [System.IO.SeekOrigin]::Begin)
        $bytes = New-Object byte[] 4096
        if ($stream.Read($bytes, 0, 4096) -lt 4096) { return $null }
        return , $bytes
    } catch {
        Write-Host "partition $($Partition.PartitionNumber) could not be read: $($_.Exception.Message)"
        return $null
    } finally {
        if ($stream) { $stream.Dispose() }
    }
}

function Get-SignatureKind {
    # 'bitlocker', 'refs', a kind of Linux, or nothing. BitLocker's covers Azure Disk Encryption, also while a key lies open.
    param($Partition)
    $bytes = Read-FirstBytes $Partition
    if ($null -eq $bytes) { return $null }
    $text = [System.Text.Encoding]::ASCII.GetString($bytes, 0, 1024)
    if ($text.Substring(3, 8) -ceq '-FVE-FS-') { return 'bitlocker' }
    if ($text.Substring(3, 4) -ceq 'ReFS') { return 'refs' }
    if ($text.Substring(0, 4) -ceq 'XFSB') { return 'xfs' }
    if ($text.Substring(0, 4) -ceq 'LUKS') { return 'luks' }
    if ($text.Substring(512, 8) -ceq 'LABELONE') { return 'lvm' }
    if ($bytes[1080] -eq 0x53 -and $bytes[1081] -eq 0xef) { return 'ext' }
    return $null
}
