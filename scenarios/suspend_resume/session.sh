insmod suspend_resume.ko
sleep 0.1
echo freezer > /sys/power/pm_test
echo mem > /sys/power/state
sleep 0.1
rmmod suspend_resume
dmesg | grep -e suspend -e sleep -e sample -e Freez
