insmod param_kinds.ko number=5 flag=1 word=hello list=1,2,3 text=xyz
lsmod
cat /sys/module/param_kinds/parameters/number
cat /sys/module/param_kinds/parameters/flag
cat /sys/module/param_kinds/parameters/word
cat /sys/module/param_kinds/parameters/list
cat /sys/module/param_kinds/parameters/text
echo 9 > /sys/module/param_kinds/parameters/number
echo nine > /sys/module/param_kinds/parameters/number
echo maybe > /sys/module/param_kinds/parameters/flag
echo n > /sys/module/param_kinds/parameters/flag
cat /sys/module/param_kinds/parameters/flag
echo too long a text > /sys/module/param_kinds/parameters/text
echo x > /sys/module/param_kinds/parameters/word
cat /sys/module/param_kinds/refcnt
insmod param_kinds.ko
rmmod param_kinds
rmmod param_kinds
insmod nothere.ko
insmod param_kinds.ko number=abc
insmod param_kinds.ko unknown=1
insmod param_kinds.ko number=-4
insmod param_kinds.ko small=70000
insmod param_kinds.ko list=1,2,3,4,5
insmod param_kinds.ko flag
cat /sys/module/param_kinds/parameters/flag
rmmod param_kinds.ko
ls /sys/module/param_kinds
dmesg
