insmod queues_and_threads.ko
sleep 0.1
ps -e -o pid,comm | grep -c kworker
ps -e -o pid,comm | grep kworker/R-own
rmmod queues_and_threads
dmesg | tail -3
