# Whether all of a dump is there.

# A dump has dozens of blobs.
$MostBlobs = 4096

function Test-DumpComplete {
    # True, false, or null when the file cannot tell. Minidumps of Windows 10 require more than they take: their own header,
    # behind the first, tells how long the part without secondary data is, and the secondary data (blobs) ends the file.
    param($Stream, $Header)
    # Set in minidumps since Windows 11 24H2, whose required size is exact.
    $exact = ($Header.MiniDumpFields -band 0x100) -ne 0
    if ($Header.Kind -ne 'minidump' -or $exact) {
        if ($null -eq $Header.Required) { return $null }
        return $Stream.Length -ge $Header.Required
    }
    $head = Read-At $Stream $Header.HeaderSize 12
    if ($null -eq $head) { return $false }
    $primarySize = [long][BitConverter]::ToUInt32($head, 4)
    $validOffset = [long][BitConverter]::ToUInt32($head, 8)
    if ($primarySize -gt $Stream.Length -or $validOffset + 4 -gt $Stream.Length) { return $false }
    if ($primarySize -eq $Stream.Length) { return $true }
    return (Test-BlobsEnd $Stream $primarySize)
}

function Test-BlobsEnd {
    # Walks the secondary data: blobs, each with its size in its header; the last ends where the file does.
    param($Stream, [long]$Start)
    $head = Read-At $Stream $Start 16
    if ($null -eq $head -or [System.Text.Encoding]::ASCII.GetString($head, 0, 8) -cne 'DumpBlob') { return $null }
    $at = $Start + [BitConverter]::ToUInt32($head, 8)
    for ($count = 0; $count -lt $MostBlobs -and $at -lt $Stream.Length; $count++) {
        $blob = Read-At $Stream $at 32
        if ($null -eq $blob) { return $false }
        $headerSize = [long][BitConverter]::ToUInt32($blob, 0)
        if ($headerSize -lt 32) { return $null }
        foreach ($field in 20, 24, 28) { $headerSize += [long][BitConverter]::ToUInt32($blob, $field) }
        $at += $headerSize
    }
    return $at -eq $Stream.Length
}
