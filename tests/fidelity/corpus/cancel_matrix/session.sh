insmod cancel_matrix.ko
rmmod cancel_matrix
dmesg | grep cancel_matrix:
