# The names of the broken VM as a command line takes them.

function Get-VmNames {
    # Resource group and VM. Only what Azure allows in names: anything else could be more than a name where it is pasted.
    $names = @('GROUP', 'VM')
    if ($SourceVmId -match '/resourceGroups/([\p{L}\p{Nd}_.()-]+)/.*/virtualMachines/([\p{L}\p{Nd}_.-]+)$') { $names = @($Matches[1], $Matches[2]) }
    return @($names | ForEach-Object { if ($_ -match '[()]') { '"' + $_ + '"' } else { $_ } })
}
