insmod suspend_resume.ko
sleep 0.1
echo mem > /sys/power/state
sleep 0.2
rmmod suspend_resume
dmesg | grep -e suspend -e sleep -e sensor -e Freez -e modem
