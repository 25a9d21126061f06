# Reads the first bytes of a file as if they were all of it.

class FileStart : System.IO.Stream {
    hidden [System.IO.Stream] $Whole
    hidden [long] $Size
    FileStart([System.IO.Stream] $whole, [long] $size) { $this.Whole = $whole; $this.Size = $size }
    [bool] get_CanRead() { return $true }
    [bool] get_CanSeek() { return $true }
    [bool] get_CanWrite() { return $false }
    [long] get_Length() { return $this.Size }
    [long] get_Position() { return $this.Whole.Position }
    [void] set_Position([long] $value) { $this.Whole.Position = $value }
    [void] Flush() { }
    [void] SetLength([long] $value) { throw 'this file is only read' }
    [void] Write([byte[]] $buffer, [int] $offset, [int] $count) { throw 'this file is only read' }
    [long] Seek([long] $offset, [System.IO.SeekOrigin] $origin) {
        if ($origin -eq [System.IO.SeekOrigin]::End) { return $this.Whole.Seek($this.Size + $offset, [System.IO.SeekOrigin]::Begin) }
        return $this.Whole.Seek($offset, $origin)
    }
    [int] Read([byte[]] $buffer, [int] $offset, [int] $count) {
        $left = $this.Size - $this.Whole.Position
        if ($left -le 0) { return 0 }
        return $this.Whole.Read($buffer, $offset, [int][Math]::Min([long]$count, $left))
    }
    # What Dispose() calls.
    [void] Close() { $this.Whole.Dispose() }
}

function Open-Start {
    # A stream of the first bytes of a file.
    param([string]$Path, [long]$Size)
    $whole = Open-Shared $Path
    if ($whole.Length -eq $Size) { return , $whole }
    return , [FileStart]::new($whole, $Size)
}
