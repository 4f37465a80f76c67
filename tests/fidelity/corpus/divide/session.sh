insmod divide.ko
sleep 0.1
