insmod rcu_work.ko
rmmod rcu_work
