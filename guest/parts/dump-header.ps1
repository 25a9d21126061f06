# The header of a crash dump.

$HeaderLength = 0x2000
# 10000-01-01 as FILETIME.
$EndOfTime = 2650467744000000000
# Fields that were never written hold the text PAGE over and over.
$Filler = 0x45474150
# The largest number that every reader of JSON takes.
$LargestSize = 9007199254740991

$DumpKinds = @{
    '1' = 'full'
    '2' = 'kernel'
    '3' = 'header'
    '4' = 'minidump'
    '5' = 'bitmap-full'
    '6' = 'bitmap-kernel'
    '7' = 'automatic'
}

# Offsets, as the DUMP_HEADER64 and DUMP_HEADER32 structures of the Windows debugger have them.
$HeaderLayouts = @{
    'PAGEDU64' = @{ Bits = 64; HeaderSize = 0x2000; Code = 0x38; Parameters = 0x40; Type = 0xF98; MiniDumpFields = 0x1038; Time = 0xFA8; Attributes = 0x1050 }
    'PAGEDUMP' = @{ Bits = 32; HeaderSize = 0x1000; Code = 0x28; Parameters = 0x2C; Type = 0xF88; MiniDumpFields = 0xF8C; Time = 0xFC0; Attributes = $null }
}

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

function Read-At {
    # Bytes of the stream from an offset; null when there are fewer.
    param($Stream, [long]$Offset, [int]$Length)
    if ($Offset -lt 0 -or $Offset + $Length -gt $Stream.Length) { return $null }
    $buffer = New-Object byte[] $Length
    $null = $Stream.Seek($Offset, [System.IO.SeekOrigin]::Begin)
    if ((Read-Full $Stream $buffer) -lt $Length) { return $null }
    return , $buffer
}

function Read-Dump {
    # What a file holds: its size, its first eight characters, and the header of a dump, or null when it is none.
    param([string]$Path)
    $stream = Open-Shared $Path
    try {
        $buffer = New-Object byte[] $HeaderLength
        $length = Read-Full $stream $buffer
        $size = [long]$stream.Length
        $header = Read-DumpHeader $buffer $length
        if ($null -ne $header) { $header.Complete = Test-DumpComplete $stream $header }
        return @{ Size = $size; Mark = [System.Text.Encoding]::ASCII.GetString($buffer, 0, [Math]::Min(8, $length)); Header = $header }
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

function Get-Filled {
    # A field of 32 bits; 0 when it was never written.
    param([byte[]]$Bytes, $Offset)
    if ($null -eq $Offset) { return 0 }
    $value = [long][BitConverter]::ToUInt32($Bytes, $Offset)
    if ($value -eq $Filler) { return 0 }
    return $value
}

function Get-BugCheck {
    param([byte[]]$Bytes, $Layout)
    $wide = $Layout.Bits -eq 64
    $parameters = @(0, 1, 2, 3 | ForEach-Object {
        if ($wide) { [BitConverter]::ToUInt64($Bytes, $Layout.Parameters + 8 * $_) } else { [uint64][BitConverter]::ToUInt32($Bytes, $Layout.Parameters + 4 * $_) }
    })
    $code = Get-Hex ([BitConverter]::ToUInt32($Bytes, $Layout.Code))
    $status = $null
    # A status is 32 bits wide; in a 64-bit dump it may be extended by its sign.
    if ($code -eq '0xC000021A') { $status = '0x{0:X8}' -f ($parameters[1] -band 0xFFFFFFFFL) }
    return [ordered]@{
        code       = $code
        name       = $(if ($BugCheckNames.ContainsKey($code)) { $BugCheckNames[$code] } else { $null })
        parameters = @($parameters | ForEach-Object { Get-Hex $_ })
        status     = $status
        statusName = $(if ($null -ne $status -and $StatusNames.ContainsKey($status)) { $StatusNames[$status] } else { $null })
    }
}

function Read-DumpHeader {
    # The header of a kernel dump, 64-bit (0x2000 bytes) or 32-bit (0x1000 bytes); null when the bytes are none.
    param([byte[]]$Bytes, [int]$Length)
    if ($Length -lt 8) { return $null }
    $mark = [System.Text.Encoding]::ASCII.GetString($Bytes, 0, 8)
    # A table does not tell small letters from capitals, a header does.
    if (-not $HeaderLayouts.ContainsKey($mark) -or $mark -cne $mark.ToUpperInvariant()) { return $null }
    $layout = $HeaderLayouts[$mark]
    if ($Length -lt $layout.HeaderSize) { return $null }
    $type = [BitConverter]::ToUInt32($Bytes, $layout.Type)
    $required = [BitConverter]::ToUInt64($Bytes, 0xFA0)
    $attributes = Get-Filled $Bytes $layout.Attributes
    # Bits that no Windows sets: the field is damaged, and must not call a crash a live dump.
    if ($attributes -ge 0x400) { $attributes = 0 }
    return @{
        Kind           = $(if ($DumpKinds.ContainsKey("$type")) { $DumpKinds["$type"] } else { "unknown-$type" })
        HeaderSize     = $layout.HeaderSize
        Time           = [BitConverter]::ToInt64($Bytes, $layout.Time)
        Build          = [long][BitConverter]::ToUInt32($Bytes, 0x0C)
        MiniDumpFields = Get-Filled $Bytes $layout.MiniDumpFields
        # Bytes that the whole dump needs; for a minidump an estimate that may be above what it has.
        Required       = $(if ($required -eq 0 -or $required -gt $LargestSize) { $null } else { [long]$required })
        Live           = ($attributes -band 0x10) -ne 0
        Attributes     = $attributes
        Complete       = $null
        BugCheck       = Get-BugCheck $Bytes $layout
    }
}
