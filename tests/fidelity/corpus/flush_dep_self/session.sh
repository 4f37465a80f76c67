insmod flush_dep_self.ko
rmmod flush_dep_self
