insmod kworker_api.ko
sleep 1
rmmod kworker_api
dmesg | grep kworker_api:
