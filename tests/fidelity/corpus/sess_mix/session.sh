insmod sess_mix.ko count=-1
echo $?
insmod sess_mix.ko count=abc
echo $?
insmod sess_mix.ko quiet=maybe
insmod sess_mix.ko list=1,2,3,4,5
insmod sess_mix.ko us=70000
insmod sess_mix.ko nosuch=1 count=2 name=bob list=7,8 quiet
echo $?
insmod sess_mix.ko
echo $?
insmod missing.ko
cat /sys/module/sess_mix/parameters/list
cat /sys/module/sess_mix/parameters/name
cat /sys/module/sess_mix/parameters/quiet
cat /sys/module/sess_mix/refcnt
cat /sys/module/sess_mix/initstate
echo 17 > /sys/module/sess_mix/parameters/count
cat /sys/module/sess_mix/parameters/count
echo x > /sys/module/sess_mix/parameters/count
echo 5 > /sys/module/sess_mix/parameters/us
echo Y > /sys/module/sess_mix/parameters/hold
lsmod
rmmod sess_mix
echo $?
cat /sys/module/sess_mix/refcnt
echo N > /sys/module/sess_mix/parameters/hold
ls /sys/module/sess_mix/parameters
(sleep 0.1; echo in the background) &
for i in 1 2 3; do echo loop $i; done
i=0
while [ $i -lt 2 ]; do i=$((i + 1)); echo while $i; done
wait
echo waited
rmmod sess_mix
rmmod sess_mix
echo $?
rmmod nothing
if [ -d /sys/module/sess_mix ]; then echo there; else echo gone; fi
dmesg | grep -c sess_mix:
dmesg | grep 'sess_mix: ' | tail -n 5 | cut -c 16-
dmesg > log
wc -l < log
dmesg -c > /dev/null
dmesg | wc -l
echo a b c | cut -d' ' -f2
seq 3 | sort -r | head -2
printf '%s-%03d\n' x 7
false || echo or
true && echo and
test 3 -gt 2; echo $?
expr 3 + 4
