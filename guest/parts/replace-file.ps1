# Puts a file on the copy in one step: what is killed leaves the old file or the new one, never a part.

$RawMove = @'
[DllImport("kernel32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
[return: MarshalAs(UnmanagedType.Bool)]
public static extern bool MoveFileEx(string from, string to, uint flags);
'@

$Text += @{
    'not-the-same' = '{0} was not written as it should be'
    'not-moved'    = '{0} could not take the place of {1}'
}

function Set-FileContent {
    # Copies a file of this VM beside its place, sees that it is whole and on the disk, and renames it there.
    param([string]$From, [string]$To)
    $new = "$To.azure-repair-kit.new"
    try {
        Copy-Item -LiteralPath $From -Destination $new -Force -ErrorAction Stop
        $stream = (Get-Item -LiteralPath $new -Force -ErrorAction Stop).Open('Open', 'ReadWrite', 'None')
        try { $stream.Flush($true) } finally { $stream.Dispose() }
        if ((Get-Sha256 $new) -ne (Get-Sha256 $From)) { throw ($Text['not-the-same'] -f $new) }
        $native = Add-Type -MemberDefinition $RawMove -Name 'RawMove' -Namespace 'AzureRepairKit' -PassThru
        # MOVEFILE_REPLACE_EXISTING with MOVEFILE_WRITE_THROUGH. Move-Item -Force deletes the old file first.
        if (-not $native::MoveFileEx($new, $To, [uint32]9)) { throw ($Text['not-moved'] -f $new, $To) }
    } catch {
        Remove-Item -LiteralPath $new -Force -ErrorAction SilentlyContinue
        throw
    }
}

function Get-Sha256 {
    param([string]$Path)
    $sha = [System.Security.Cryptography.SHA256]::Create()
    $stream = (Get-Item -LiteralPath $Path -Force -ErrorAction Stop).Open('Open', 'Read', 'Read')
    try {
        return [BitConverter]::ToString($sha.ComputeHash($stream))
    } finally {
        $stream.Dispose()
        $sha.Dispose()
    }
}

function Get-FileText {
    # UTF-8, without the limits that Get-Content has by version.
    param([string]$Path)
    $stream = (Get-Item -LiteralPath $Path -Force -ErrorAction Stop).Open('Open', 'Read', 'Read')
    $reader = New-Object System.IO.StreamReader($stream, [System.Text.Encoding]::UTF8)
    try { return $reader.ReadToEnd() } finally { $reader.Dispose() }
}
