# The header of a crash dump.

$HeaderLength = 0x2000
# 10000-01-01 as FILETIME.
$EndOfTime = 2650467744000000000

$DumpKinds = @{
    '1' = 'full'
    '2' = 'kernel'
    '3' = 'header'
    '4' = 'minidump'
    '5' = 'bitmap-full'
    '6' = 'bitmap-kernel'
    '7' = 'automatic'
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
