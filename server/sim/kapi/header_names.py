"""The headers that 6.12 has, by folder: data. Those that are not in paths.py bring in the same as all others."""

from __future__ import annotations

from functools import cache

_NAMES = """
asm: GEN-for-each-reg a.out acenv acpi acrn agp alternative amd-ibs amd_hsmp amd_nb apic apicdef apm arch_hweight
 archrandom asm-offsets asm-prototypes asm atomic atomic64_32 atomic64_64 audit auxvec barrier bios_ebda bitops
 bitsperlong boot bootparam bootparam_utils bpf_perf_event bug bugs byteorder cache cacheflush cacheinfo ce4100 cfi
 checksum checksum_32 checksum_64 clocksource cmdline cmpxchg cmpxchg_32 cmpxchg_64 coco compat cpu cpu_device_id
 cpu_entry_area cpufeature cpufeatures cpuid cpuidle_haltpoll cpumask crash crash_reserve current debugreg delay desc
 desc_defs device disabled-features div64 dma-mapping dma dmi doublefault dwarf2 e820 early_ioremap edac efi elf
 elfcore-compat emergency-restart emulate_prefix enclu entry-common errno espfix exec extable extable_fixup_types
 fcntl fixmap floppy fpu frame fred fsgsbase ftrace futex gart genapic geode gsseg hardirq highmem hpet hugetlb
 hw_breakpoint hw_irq hwcap2 hyperv-tlfs hyperv_timer hypervisor i8259 ia32 ibt idtentry imr inat inat_types init
 insn-eval insn inst intel-family intel-mid intel_ds intel_pt intel_punit_ipc intel_telemetry invpcid io io_apic
 io_bitmap ioctl ioctls iomap iommu iosf_mbi ipcbuf irq irq_regs irq_remapping irq_stack irq_vectors irq_work
 irqdomain irqflags ist jailhouse_para jump_label kasan kaslr kbdleds kdebug kexec-bzimage64 kexec kfence kgdb
 kmap_size kmsan kprobes kvm-x86-ops kvm-x86-pmu-ops kvm kvm_host kvm_page_track kvm_para kvm_perf kvm_types
 kvm_vcpu_regs kvmclock ldt linkage local local64 mach_timer mach_traps math_emu mc146818rtc mce mcs_spinlock
 mem_encrypt memtype microcode misc mman mmconfig mmiowb mmu mmu_context mmzone module module.lds mpspec mpspec_def
 msgbuf mshyperv msi msr-index msr-trace msr mtrr mwait nmi nops nospec-branch numa numa_32 olpc olpc_ofw orc_hash
 orc_header orc_lookup orc_types page page_32 page_32_types page_64 page_64_types page_types param paravirt
 paravirt_api_clock paravirt_types parport pc-conf-reg pci-direct pci-functions pci pci_x86 percpu perf_event
 perf_event_p4 perf_regs pgalloc pgtable-2level pgtable-2level_types pgtable-3level pgtable-3level_types
 pgtable-invert pgtable pgtable_32 pgtable_32_areas pgtable_32_types pgtable_64 pgtable_64_types pgtable_areas
 pgtable_types pkeys pkru platform_sst_audio pm-trace poll posix_types posix_types_32 posix_types_64 posix_types_x32
 posted_intr prctl preempt probe_roms processor-cyrix processor-flags processor prom proto pti ptrace-abi ptrace
 purgatory pvclock-abi pvclock qrwlock qspinlock qspinlock_paravirt realmode reboot reboot_fixups required-features
 resctrl resource ring_buffer rmwcc runtime-const rwonce seccomp sections segment sembuf serial set_memory setup
 setup_arch setup_data sev-common sev sgx shmbuf shmparam shstk sigcontext sigcontext32 sigframe sighandling siginfo
 signal simd smap smp socket sockios softirq_stack sparsemem spec-ctrl special_insns spinlock spinlock_types sta2x11
 stackprotector stacktrace stat statfs static_call string string_32 string_64 suspend suspend_32 suspend_64 svm swab
 switch_to sync_bitops sync_core syscall syscall_wrapper syscalls syscalls_32 syscalls_64 tdx termbits termios
 text-patching thermal thread_info time timer timex tlb tlbbatch tlbflush topology trace_clock trap_pf trapnr traps
 tsc types uaccess uaccess_32 uaccess_64 ucontext umip unaccepted_memory unistd unistd_32 unistd_32_ia32 unistd_64
 unistd_64_x32 unistd_x32 unwind unwind_hints uprobes user user32 user_32 user_64 vdso vermagic vga vgtod video vm86
 vmalloc vmware vmx vmxfeatures vsyscall vvar word-at-a-time x86_init xen-hypercalls xor xor_32 xor_64 xor_avx
asm-generic: access_ok agp archrandom asm-offsets asm-prototypes atomic atomic64 audit_change_attr audit_dir_write
 audit_read audit_signal audit_write auxvec barrier bitops bitsperlong bpf_perf_event bug cache cacheflush cfi
 checksum cmpxchg-local cmpxchg codetag.lds compat current delay device div64 dma-mapping dma early_ioremap
 emergency-restart errno-base errno error-injection exec extable fcntl fixmap flat ftrace futex getorder hardirq
 hugetlb hugetlb_encode hw_irq hyperv-tlfs int-l64 int-ll64 io ioctl ioctls iomap ipcbuf irq irq_regs irq_work
 irqflags kdebug kmap_size kprobes kvm_para kvm_types linkage local local64 logic_io mcs_spinlock memory_model
 mm_hooks mman-common mman mmiowb mmiowb_types mmu mmu_context mmzone module module.lds msgbuf mshyperv msi
 nommu_context numa param parport pci pci_iomap percpu pgalloc pgtable-nop4d pgtable-nopmd pgtable-nopud pgtable_uffd
 poll posix_types preempt qrwlock qrwlock_types qspinlock qspinlock_types resource ring_buffer runtime-const rwonce
 seccomp sections sembuf serial set_memory setup shmbuf shmparam siginfo signal-defs signal simd socket sockios
 softirq_stack spinlock spinlock_types stat statfs string swab switch_to syscall syscalls termbits-common termbits
 termios timex tlb tlbflush topology trace_clock types uaccess ucontext unistd user vermagic vga video vmlinux.lds
 word-at-a-time xor
asm-generic/bitops: __ffs __fls arch_hweight atomic builtin-__ffs builtin-__fls builtin-ffs builtin-fls const_hweight
 ext2-atomic-setbit ext2-atomic ffs ffz fls fls64 generic-non-atomic hweight instrumented-atomic instrumented-lock
 instrumented-non-atomic le lock non-atomic non-instrumented-non-atomic sched
asm-generic/vdso: vsyscall
asm/e820: api types
asm/fpu: api regset sched signal types xcr xstate
asm/numachip: numachip numachip_csr
asm/shared: io msr tdx
asm/trace: common exceptions fpu hyperv irq_vectors
asm/uv: bios uv uv_geo uv_hub uv_irq uv_mmrs
asm/vdso: clocksource getrandom gettimeofday processor vsyscall
asm/xen: cpuid events hypercall hypervisor interface interface_32 interface_64 page pci swiotlb-xen trace_types
crypto: acompress aead aes akcipher algapi arc4 aria authenc b128ops blake2b blake2s blowfish cast5 cast6 cast_common
 chacha chacha20poly1305 cryptd ctr curve25519 des dh drbg ecc_curve ecdh engine gcm gf128mul ghash hash hash_info
 hmac if_alg kdf_sp800108 kpp md5 nhpoly1305 null padlock pcrypt pkcs7 poly1305 polyval public_key rng scatterwalk
 serpent sha1 sha1_base sha2 sha256_base sha3 sha512_base sig skcipher sm3 sm3_base sm4 streebog twofish utils xts
crypto/internal: acompress aead akcipher blake2b blake2s chacha cipher des ecc engine geniv hash kdf_selftest kpp
 poly1305 rng rsa scompress sig simd skcipher
linux: 8250_pci a.out acct acpi acpi_amd_wbrf acpi_dma acpi_iort acpi_mdio acpi_pmtmr acpi_viot acrn adb adfs_fs
 adreno-smmu-priv adxl aer affs_hardblocks agp_backend agpgart ahci-remap ahci_platform aio aio_abi alarmtimer
 alcor_pci align alloc_tag altera_jtaguart altera_uart am437x-vpfe amd-iommu amd-pmf-io amt anon_inodes aperture
 apm-emulation apm_bios apple-gmux arcfb arch_topology args arm-cci arm-smccc arm_ffa arm_sdei
 armada-37xx-rwtm-mailbox array_size ascii85 asn1 asn1_ber_bytecode asn1_decoder asn1_encoder aspeed-lpc-ctrl
 aspeed-p2a-ctrl aspeed-video assoc_array assoc_array_priv async async_tx ata ata_platform atalk ath9k_platform atm
 atm_eni atm_he atm_idt77105 atm_nicstar atm_tcp atm_zatm atmapi atmarp atmbr2684 atmclip atmdev atmel-isc-media
 atmel-ssc atmel_pdc atmioc atmlec atmmpc atmppp atmsap atmsvc atomic attribute_container audit audit_arch
 auto_dev-ioctl auto_fs auto_fs4 auxiliary_bus auxvec average ax25 backing-dev-defs backing-dev backing-file backlight
 badblocks balloon_compaction base64 batadv_packet batman_adv baycom bcd bch bcm47xx_nvram bcm47xx_sprom bcm47xx_wdt
 bcm933xx_hcs bcm963xx_nvram bcm963xx_tag bfs_fs binfmts bio-integrity bio bit_spinlock bitfield bitmap-str bitmap
 bitops bitrev bits blk-cgroup blk-crypto-profile blk-crypto blk-integrity blk-mq-pci blk-mq-virtio blk-mq blk-pm
 blk_types blkdev blkpg blktrace_api blkzoned blockgroup_lock bma150 bootconfig bootmem_info bottom_half
 bpf-cgroup-defs bpf-cgroup bpf-netns bpf bpf_common bpf_crypto bpf_lirc bpf_local_storage bpf_lsm bpf_mem_alloc
 bpf_mprog bpf_perf_event bpf_trace bpf_types bpf_verifier bpfptr bpqether brcmphy bsearch bsg-lib bsg bt-bmc btf
 btf_ids btree-128 btree-type btree btrfs btrfs_tree buffer_head bug build-salt build_bug buildid bvec c2port cache
 cachefiles cacheflush cacheinfo call_once can capability capi cb710 cc_platform cciss_defs cciss_ioctl ccp ccs cdev
 cdrom cec-funcs cec cfag12864b cfi cfi_types cfm_bridge cgroup-defs cgroup cgroup_api cgroup_rdma cgroup_refcnt
 cgroup_subsys cgroupstats chio circ_buf cleanup clk-provider clk clkdev clockchips clocksource clocksource_ids
 close_range closure cma cmpxchg-emu cn_proc cnt32_to_63 coda codetag coff comedi compaction compat compiler-clang
 compiler-context-analysis compiler-gcc compiler-version compiler compiler_attributes compiler_types completion
 component configfs connector console console_struct consolemap const container container_of context_tracking
 context_tracking_irq context_tracking_state cookie cordic coredump coresight-pmu coresight-stm coresight count_zeros
 counter cper cpu cpu_cooling cpu_pm cpu_rmap cpu_smt cpufeature cpufreq cpuhotplug cpuhplock cpuidle cpuidle_haltpoll
 cpumask cpumask_api cpumask_types cpuset cramfs_fs crash_core crash_dump crash_reserve crc-ccitt crc-itu-t crc-t10dif
 crc16 crc32 crc32c crc32poly crc4 crc64 crc7 crc8 cred crypto cryptouser cs5535 ctype cuda cxl_mem cyclades cycx_cfm
 damon dasd_mod davinci_emac dax dca dcache dcbnl dccp debug_locks debugfs debugobjects delay delayacct delayed_call
 dev_printk devcoredump devfreq-event devfreq devfreq_cooling device-mapper device device_cgroup devlink devm-helpers
 devpts_fs dfl digsig dim dio dirent dlm dlm_device dlm_plock dlmconstants dm-bufio dm-dirty-log dm-io dm-ioctl
 dm-kcopyd dm-log-userspace dm-region-hash dm-verity-loadpin dm9000 dma-buf dma-direct dma-direction dma-fence-array
 dma-fence-chain dma-fence-unwrap dma-fence dma-heap dma-map-ops dma-mapping dma-resv dmaengine dmapool dmar dmi
 dnotify dns_resolver dpll dqblk_qtree dqblk_v1 dqblk_v2 dqblk_xfs drbd drbd_config drbd_genl drbd_genl_api
 drbd_limits ds2782_battery dtlk dtpm dw100 dw_apb_timer dynamic_debug dynamic_queue_limits earlycpio ecryptfs edac
 edd eeprom_93cx6 efi-bgrt efi efi_embedded_fw efs_fs_sb efs_vh eisa elf-em elf-fdpic elf-randomize elf elfcore-compat
 elfcore elfnote-lto elfnote enclosure energy_model entry-common entry-kvm err errname errno error-injection errqueue
 errseq erspan etherdevice ethtool ethtool_netlink eventfd eventpoll evm execmem exfat export-internal export exportfs
 ext2_fs ext4 extable extcon-provider extcon f2fs f2fs_fs f75375s fadvise falloc fanotify fault-inject-usercopy
 fault-inject fb fbcon fcdevice fcntl fd fddidevice fdreg fdtable fec fib_rules fiemap file fileattr filelock filter
 find fips firewire-cdev firewire-constants firewire firmware-map firmware fixp-arith flat flex_proportions
 folio_queue font fortify-string fou fpga-dfl fprobe fpu freezer fs fs_api fs_context fs_parser fs_pin fs_stack
 fs_struct fs_types fscache-cache fscache fscrypt fsi-occ fsi-sbefifo fsi fsl-diu-fb fsl_devices fsl_hypervisor
 fsl_ifc fsl_mc fsldma fsmap fsnotify fsnotify_backend fsverity ftrace ftrace_irq ftrace_regs fuse futex fw_table
 fwnode fwnode_mdio gameport gcd gen_stats genalloc generic-radix-tree genetlink genl_magic_func genl_magic_struct
 getcpu gfp gfp_api gfp_types gfs2_ondisk glob gnss goldfish gpio-pxa gpio gpio_keys gpu_buddy greybus group_cpus
 gsmmux gtp handshake hardirq hash hash_info hashtable hashtable_api hdlc hdlcdrv hdmi hdreg hex hid-debug hid-roccat
 hid-sensor-hub hid-sensor-ids hid hid_bpf hidden hiddev hidraw highmem-internal highmem highuid hil hil_mlc
 hippidevice hisi_acc_qm hmm host1x host1x_context_bus hp_sdc hpet hrtimer hrtimer_api hrtimer_defs hrtimer_types
 hsr_netlink hte huge_mm hugetlb hugetlb_cgroup hugetlb_inline hw_breakpoint hw_random hwmon-sysfs hwmon-vid hwmon
 hwspinlock hyperv hypervisor i2c-algo-bit i2c-algo-pca i2c-algo-pcf i2c-atr i2c-dev i2c-mux i2c-smbus i2c i2o-dev
 i8042 i8253 i8254 i8k icmp icmpv6 idle_inject idr idxd ieee80211 ieee802154 if if_addr if_addrlabel if_alg if_arcnet
 if_arp if_bonding if_bridge if_cablemodem if_eql if_ether if_fc if_fddi if_hippi if_hsr if_infiniband if_link
 if_ltalk if_macsec if_macvlan if_packet if_phonet if_plip if_ppp if_pppol2tp if_pppox if_rmnet if_slip if_tap if_team
 if_tun if_tunnel if_vlan if_x25 if_xdp ife igmp ihex ila ima imx-media in in6 in_route indirect_call_wrapper inet
 inet_diag inetdevice init init_ohci1394_dma init_syscalls init_task initrd inotify input-event-codes input
 instruction_pointer instrumentation instrumented int_log integrity intel-ish-client-if intel_rapl intel_tcc intel_th
 intel_tpmi intel_vsec interconnect-clk interconnect-provider interconnect interrupt interval_tree
 interval_tree_generic io-64-nonatomic-hi-lo io-64-nonatomic-lo-hi io-mapping io-pgtable io io_uring io_uring_types
 ioam6 ioam6_genl ioam6_iptunnel iocontext ioctl iomap iommu-dma iommu-helper iommu iommufd iopoll ioport ioprio
 ioremap iosys-map iov_iter iova iova_bitmap ip ip6_tunnel ip_vs ipack ipc ipc_namespace ipmi ipmi_bmc ipmi_msgdefs
 ipmi_smi ipmi_ssif_bmc ipsec ipv6 ipv6_route irq irq_poll irq_sim irq_work irq_work_types irqbypass irqchip irqdesc
 irqdomain irqdomain_defs irqflags irqflags_types irqhandler irqnr irqreturn isa-dma isa isapnp iscsi_boot_sysfs
 iscsi_ibft ism iso_fs isst_if iversion ivtv ivtvfb jbd2 jffs2 jhash jiffies journal-head joystick jump_label
 jump_label_ratelimit jz4740-adc jz4780-nemc kallsyms kasan-checks kasan-enabled kasan-tags kasan kbd_diacr kbd_kern
 kbuild kcm kcmp kconfig kcore kcov kcsan-checks kcsan kd kdb kdebug kdev_t kern_levels kernel-page-flags kernel
 kernel_read_file kernel_stat kernelcapi kernfs kexec key-type key keyboard keyctl kfd_ioctl kfd_sysfs kfence kfifo
 kgdb khugepaged klist kmemleak kmod kmsan-checks kmsan kmsan_string kmsan_types kmsg_dump kobj_map kobject
 kobject_api kobject_ns kprobes kref kref_api ks0108 ks8842 ks8851_mll ksm kstrtox kthread ktime ktime_api kvm
 kvm_dirty_ring kvm_host kvm_irqfd kvm_para kvm_types l2tp landlock lantiq lapb latencytop lcd lcm led-class-flash
 led-class-multicolor led-lm3530 leds-bd2802 leds-expresswire leds-lp3944 leds-lp3952 leds-pca9532 leds-regulator
 leds-ti-lmu-common leds libata libc-compat libfdt libfdt_env libgcc libnvdimm libps2 license limits linear_range
 linkage linkmode linux_logo lirc lis3lv02d list list_bl list_lru list_nulls list_sort litex livepatch livepatch_sched
 llc llist llist_api loadpin local_lock local_lock_internal lockdep lockdep_api lockdep_types lockref log2 logic_iomem
 logic_pio loop lp lru_cache lsm lsm_audit lsm_count lsm_hook_defs lsm_hooks lwq lwtunnel lz4 lzo mISDNdsp mISDNhw
 mISDNif magic mailbox_client mailbox_controller major map_benchmark map_to_14segment map_to_7segment maple maple_tree
 marvell_phy math math64 matroxfb max2175 mbcache mbus mc146818rtc mc6821 mcb mctp mdev mdio-bitbang mdio-gpio
 mdio-mux mdio media-bus-format media mei mei_aux mei_cl_bus mei_uuid mem_encrypt membarrier memblock memcontrol memfd
 memory-tiers memory memory_hotplug mempolicy mempool memregion memremap memstick mhi mhi_ep micrel_phy microchipphy
 migrate migrate_mode mii mii_timestamper min_heap minix_fs minmax misc_cgroup miscdevice mm mm_api mm_inline mm_types
 mm_types_task mman mmap_lock mmdebug mmiotrace mmtimer mmu_context mmu_notifier mmzone mnt_idmapping mnt_namespace
 mod_devicetable module module_signature module_symbol moduleloader moduleparam most mount moxtet mpage mpi mpls
 mpls_iptunnel mptcp mptcp_pm mqueue mroute mroute6 mroute_base mrp_bridge msdos_fs msdos_partition msg msi msi_api
 mtio mutex mutex_api mutex_types mv643xx_eth mv643xx_i2c mvebu-pmsu mxm-wmi namei nbd-netlink nbd ncsi nd ndctl
 neighbour net net_dropmon net_namespace net_tstamp netconf netdev netdev_features netdevice netdevice_xmit netfilter
 netfilter_arp netfilter_bridge netfilter_defs netfilter_ipv4 netfilter_ipv6 netfilter_netdev netfs netlink
 netlink_diag netpoll netrom nexthop nfc nfs nfs2 nfs3 nfs4 nfs4_mount nfs_common nfs_fs nfs_fs_i nfs_fs_sb nfs_idmap
 nfs_iostat nfs_mount nfs_page nfs_ssc nfs_xdr nfsacl nfsd_netlink nfslocalio nilfs2_api nilfs2_ondisk nitro_enclaves
 nl80211-vnd-intel nl80211 nl802154 nls nmi node nodemask nodemask_types nospec notifier npcm-video ns_common nsc_gpio
 nsfs nsm nsproxy ntb ntb_transport ntsync nubus numa numa_memblks nvme-auth nvme-fc-driver nvme-fc nvme-keyring
 nvme-rdma nvme-tcp nvme nvme_ioctl nvmem-consumer nvmem-provider nvram oa_tc6 objagg objpool objtool objtool_types of
 of_address of_clk of_device of_dma of_fdt of_gpio of_graph of_iommu of_irq of_mdio of_net of_pci of_pdt of_platform
 of_reserved_mem oid_registry olpc-ec omap-dma omap-gpmc omap-iommu omap-mailbox omap3isp omapfb once once_lite oom
 openat2 openvswitch osq_lock overflow packet_diag packing padata page-flags-layout page-flags page-isolation
 page_counter page_ext page_idle page_owner page_ref page_reporting page_table_check pageblock-flags pagemap pagevec
 pagewalk panic panic_notifier papr_pdsm papr_scm param parman parport parport_pc parser part_stat pata_arasan_cf_data
 patchkey path pch_dma pci-acpi pci-ats pci-doe pci-ecam pci-ep-cfs pci-epc pci-epf pci-p2pdma pci-pwrctl pci
 pci_hotplug pci_ids pci_regs pcitest pcs-lynx pcs-rzn1-miic pe peci-cpu peci percpu-defs percpu-refcount percpu-rwsem
 percpu percpu_counter perf_event perf_event_api perf_regs personality pfkeyv2 pfn pfn_t pfrut pg pgalloc pgalloc_tag
 pgtable pgtable_api phantom phonet phy phy_fixed phy_led_triggers phy_link_topology phylib_stubs phylink pid
 pid_namespace pid_types pidfd pidfs pim pipe_fs_i pkeys pkt_cls pkt_sched pktcdvd pl320-ipc platform_device
 platform_profile pldmfw plist plist_types pm-trace pm pm_clock pm_domain pm_opp pm_qos pm_runtime pm_wakeirq
 pm_wakeup pmbus pmu pnp poison poll polynomial posix-clock posix-timers posix-timers_types posix_acl posix_acl_xattr
 posix_types power_supply powercap ppdev ppp-comp ppp-ioctl ppp_channel ppp_defs pps pps_kernel pr prandom prctl
 preempt prefetch prime_numbers printk prmt proc_fs proc_ns processor profile projid property pruss_driver psample
 psci pseudo_fs psi psi_types psp-dbc psp-platform-access psp-sev psp-tee psp pstore pstore_blk pstore_ram pstore_zone
 ptdump pti ptp_classify ptp_clock ptp_clock_kernel ptp_kvm ptp_mock ptp_pch ptr_ring ptrace ptrace_api purgatory
 pvclock_gtod pwm pwm_backlight pxa168_eth pxa2xx_ssp qemu_fw_cfg qnx4_fs qnx6_fs qnxtypes qrtr quota quotaops
 radeonfb radix-tree raid_class ramfs random randomize_kstack range ras ratelimit ratelimit_types rational rbtree
 rbtree_augmented rbtree_latch rbtree_types rcu_node_tree rcu_notifier rcu_segcblist rcu_sync rculist rculist_bl
 rculist_nulls rcupdate rcupdate_trace rcupdate_wait rcuref rcutiny rcutree rcuwait rcuwait_api rds reboot-mode reboot
 reciprocal_div ref_tracker refcount refcount_api refcount_types regmap regset reiserfs_fs reiserfs_xattr relay
 remoteproc remoteproc_cdev resctrl reset-controller reset resource resource_ext restart_block resume_user_mode
 rethook rfkill rhashtable-types rhashtable ring_buffer rio rio_cm_cdev rio_drv rio_ids rio_mport_cdev rio_regs
 rkisp1-config rmap rmi rndis rodata_test rolling_buffer romfs_fs root_dev rose route rpl rpl_iptunnel rpmb rpmsg
 rpmsg_types rsc_table rseq rslib rtc rtmutex rtnetlink rtsx_common rtsx_pci rtsx_usb rv rw_hint rwbase_rt rwlock
 rwlock_api_smp rwlock_rt rwlock_types rwsem rxrpc sbitmap scatterlist scc sched sched_clock scif_ioctl
 scmi_imx_protocol scmi_protocol scpi_protocol screen_info scs sctp scx200 scx200_gpio seccomp seccomp_types secretmem
 secure_boot securebits security sed-opal-key sed-opal seg6 seg6_genl seg6_hmac seg6_iptunnel seg6_local selection
 selinux_netlink sem sem_types semaphore seq_buf seq_file seq_file_net seqlock seqlock_api seqlock_types serdev serial
 serial_8250 serial_bcm63xx serial_core serial_reg serial_s3c serial_sci serio set_memory sev-guest sfp sh_clk sh_dma
 sh_eth sh_intc sh_timer shdma-base shm shmem_fs shrinker signal signal_types signalfd siox siphash sizes skb_array
 skbuff skbuff_ref skmsg slab slimbus sm501-regs sm501 smc smc91x smc_diag smiapp smp smp_types smpboot smsc911x
 smscphy snmp sock_diag socket sockios sockptr softirq sonet sony-laptop sonypi sort sound soundcard spinlock
 spinlock_api spinlock_api_smp spinlock_api_up spinlock_rt spinlock_types spinlock_types_raw spinlock_types_up
 spinlock_up splice spmi sprintf sram srcu srcutiny srcutree ssbi stackdepot stackleak stackprotector stacktrace
 start_kernel stat statfs static_call static_call_types static_key stdarg stddef stm stmmac stmp3xxx_rtc_wdt
 stmp_device stop_machine string string_choices string_helpers stringhash stringify sungem_phy sunserialcore sunxi-rsb
 surface_acpi_notify suspend suspend_ioctls svga sw842 swab swait swait_api swap swap_cgroup swap_slots swapfile
 swapops swiotlb switchtec switchtec_ioctl sxgbe_platform sync_core sync_file synclink sys sys_soc
 syscall_user_dispatch syscall_user_dispatch_types syscalls syscalls_api syscore_ops sysctl sysfb sysfs sysinfo syslog
 sysrq sysv_fs t10-pi target_core_user task_io_accounting task_io_accounting_ops task_work taskstats taskstats_kern
 tboot tc tca6416_keypad tcp tcp_metrics tdx-guest tee tee_core tee_drv tegra-icc termios termios_internal textsearch
 textsearch_fsm tfrc thermal thp7312 thread_info threads thunderbolt ti-emif-sram ti_wilink_st tick tifm timb_dma
 timb_gpio time time32 time64 time_namespace time_types timecounter timekeeper_internal timekeeping timer timer_types
 timerfd timeriomem-rng timerqueue timerqueue_types times timex tiocl tipc tipc_config tipc_netlink tipc_sockets_diag
 tls tnum topology torture toshiba tpm tpm_command tpm_eventlog tps6594_pfsm trace trace_clock trace_events trace_mmap
 trace_recursion trace_seq tracefs tracepoint-defs tracepoint transport_class ts-nbus tsacct_kern tsm tty tty_buffer
 tty_driver tty_flags tty_flip tty_ldisc tty_port turris-omnia-mcu-interface typecheck types u64_stats_sync
 u64_stats_sync_api uacce uaccess ublk_cmd ubsan ucs2_string udf_fs_i udmabuf udp uhid uidgid uidgid_types uinput uio
 uio_driver uleds ultrasound um_timetravel umh un unaligned unicode union_find unistd units unix_diag unroll uprobes
 usb usb_usual usbdevice_fs usbip user-return-notifier user user_events user_namespace userfaultfd userfaultfd_k
 userio usermode_driver util_macros utime uts utsname uuid uvcvideo v4l2-common v4l2-controls v4l2-dv-timings
 v4l2-mediabus v4l2-subdev vbox_err vbox_utils vbox_vmmdev_types vboxguest vdpa vduse verification vermagic version
 vesa veth vexpress vfio vfio_ccw vfio_pci_core vfio_zdev vfs vga_switcheroo vgaarb vhost vhost_iotlb vhost_types
 via-core via via_i2c videodev2 virtio virtio_9p virtio_anchor virtio_balloon virtio_blk virtio_bt virtio_byteorder
 virtio_caif virtio_config virtio_console virtio_crypto virtio_dma_buf virtio_fs virtio_gpio virtio_gpu virtio_i2c
 virtio_ids virtio_input virtio_iommu virtio_mem virtio_mmio virtio_net virtio_pci virtio_pci_admin virtio_pci_legacy
 virtio_pci_modern virtio_pcidev virtio_pmem virtio_ring virtio_rng virtio_scmi virtio_scsi virtio_snd virtio_types
 virtio_vsock vm_event_item vm_sockets vm_sockets_diag vmalloc vmcore vmcore_info vmpressure vmstat vmw_vmci_api
 vmw_vmci_defs vringh vsockmon vt vt_buffer vt_kern vtime vtpm_proxy w1 wait wait_api wait_bit watch_queue watchdog
 win_minmax wireguard wireless wkup_m3_ipc wm97xx wmi wordpart workqueue workqueue_api workqueue_types writeback
 ww_mutex wwan x25 xarray xattr xdp_diag xfrm xilinx-v4l2-controls xxhash xz yam zconf zlib zorro zorro_ids zpool
 zsmalloc zstd zstd_errors zstd_lib zswap zutil
linux/amba: bus kmi mmci pl022 pl080 pl08x serial sp810
linux/android: binder binderfs
linux/atomic: atomic-arch-fallback atomic-instrumented atomic-long
linux/avf: virtchnl
linux/bcma: bcma bcma_driver_arm_c9 bcma_driver_chipcommon bcma_driver_gmac_cmn bcma_driver_mips bcma_driver_pci
 bcma_driver_pcie2 bcma_regs bcma_soc
linux/bus: stm32_firewall_device
linux/byteorder: big_endian generic little_endian
linux/caif: caif_socket if_caif
linux/can: bcm bittiming can-ml core dev error gw isotp j1939 length netlink raw rx-offload skb vxcan
linux/cdx: cdx_bus
linux/ceph: auth buffer ceph_debug ceph_features ceph_frag ceph_fs ceph_hash cls_lock_client debugfs decode libceph
 messenger mon_client msgpool msgr osd_client osdmap pagelist rados string_table striper types
linux/cifs: cifs_mount cifs_netlink
linux/clk: analogbits-wrpll-cln28hpc at91_pmc clk-conf davinci imx mxs pxa renesas samsung spear sunxi-ng tegra ti
 zynq
linux/comedi: comedi_8254 comedi_8255 comedi_isadma comedi_pci comedi_pcmcia comedi_usb comedidev comedilib
linux/crush: crush hash mapper
linux/decompress: bunzip2 generic inflate mm unlz4 unlzma unlzo unxz unzstd
linux/device: bus class devres driver
linux/dma: amd_xdma dw edma hsu idma64 imx-dma k3-event-router k3-psil k3-udma-glue mxs-dma pxa-dma qcom-gpi-dma
 qcom_adm qcom_bam_dma sprd-dma ti-cppi5 xilinx_dma xilinx_dpdma
linux/dsa: 8021q brcm ksz_common lan9303 loop mv88e6xxx ocelot sja1105 tag_qca
linux/dvb: audio ca dmx frontend net osd version video
linux/extcon: extcon-adc-jack
linux/firmware: trusted_foundations xlnx-event-manager xlnx-zynqmp
linux/fpga: adi-axi-common altera-pr-ip-core fpga-bridge fpga-mgr fpga-region
linux/framer: framer-provider framer pef2256
linux/fsl: edac enetc_mdio ftm guts mc ptp_qoriq
linux/genwqe: genwqe_card
linux/gpio: aspeed consumer driver gpio-nomadik gpio-reg legacy-of-mm-gpiochip machine property regmap
linux/greybus: bundle connection control greybus_id greybus_manifest greybus_protocols hd interface manifest module
 operation svc
linux/habanalabs: cpucp_if hl_boot_if
linux/hdlc: ioctl
linux/hsi: cs-protocol hsi hsi_char ssi_protocol
linux/i3c: ccc device master
linux/iio: backend buffer-dma buffer-dmaengine buffer buffer_impl configfs consumer driver events hw-consumer
 iio-gts-helper iio-opaque iio kfifo_buf machine sw_device sw_trigger sysfs trigger trigger_consumer triggered_buffer
 triggered_event types
linux/input: ad714x adp5589 adxl34x as5011 cma3000 elan-i2c-ids kxtj9 lm8333 matrix_keypad mt samsung-keypad sh_keysc
 sparse-keymap touchscreen tps6507x-ts vivaldi-fmap
linux/io_uring: cmd net
linux/irqchip: arm-gic-common arm-gic-v3-prio arm-gic-v3 arm-gic-v4 arm-gic arm-vgic-info arm-vic chained_irq
 irq-bcm2836 irq-davinci-aintc irq-davinci-cp-intc irq-madera irq-omap-intc irq-partition-percpu irq-sa11x0
 riscv-aplic riscv-imsic xtensa-mx xtensa-pic
linux/isdn: capicmd capilli capiutil
linux/lockd: bind debug lockd nlm share xdr xdr4
linux/mailbox: arm_mhuv2_message brcm-message mtk-cmdq-mailbox zynqmp-ipi-message
linux/mdio: mdio-i2c mdio-mscc-miim mdio-regmap mdio-xgene
linux/misc: bcm_vk keba
linux/mlx4: cmd cq device doorbell driver qp srq
linux/mlx5: cq device doorbell driver eq eswitch fs fs_helpers macsec mlx5_ifc mlx5_ifc_fpga mlx5_ifc_vdpa mpfs port
 qp rsc_dump transobj vport
linux/mmc: card core host ioctl mmc pm sd sdio sdio_func sdio_ids slot-gpio
linux/mtd: bbm blktrans cfi cfi_endian concat doc2000 flashchip ftl gen_probe hyperbus inftl jedec lpc32xx_mlc
 lpc32xx_slc map mtd mtdram nand-ecc-mtk nand-ecc-mxic nand-ecc-sw-bch nand-ecc-sw-hamming nand-gpio nand ndfc nftl
 onenand onenand_regs onfi partitions pfow physmap pismo plat-ram platnand qinfo rawnand sh_flctl sharpsl spear_smi
 spi-nor spinand super ubi xip
linux/mux: consumer driver
linux/netfilter: nf_conntrack_amanda nf_conntrack_common nf_conntrack_dccp nf_conntrack_ftp nf_conntrack_h323
 nf_conntrack_h323_asn1 nf_conntrack_h323_types nf_conntrack_irc nf_conntrack_pptp nf_conntrack_proto_gre
 nf_conntrack_sane nf_conntrack_sctp nf_conntrack_sip nf_conntrack_snmp nf_conntrack_tcp nf_conntrack_tftp
 nf_conntrack_tuple_common nf_conntrack_zones_common nf_log nf_nat nf_synproxy nf_tables nf_tables_compat nfnetlink
 nfnetlink_acct nfnetlink_compat nfnetlink_conntrack nfnetlink_cthelper nfnetlink_cttimeout nfnetlink_hook
 nfnetlink_log nfnetlink_osf nfnetlink_queue x_tables xt_AUDIT xt_CHECKSUM xt_CLASSIFY xt_CONNMARK xt_CONNSECMARK
 xt_CT xt_DSCP xt_HMARK xt_IDLETIMER xt_LED xt_LOG xt_MARK xt_NFLOG xt_NFQUEUE xt_RATEEST xt_SECMARK xt_SYNPROXY
 xt_TCPMSS xt_TCPOPTSTRIP xt_TEE xt_TPROXY xt_addrtype xt_bpf xt_cgroup xt_cluster xt_comment xt_connbytes
 xt_connlabel xt_connlimit xt_connmark xt_conntrack xt_cpu xt_dccp xt_devgroup xt_dscp xt_ecn xt_esp xt_hashlimit
 xt_helper xt_ipcomp xt_iprange xt_ipvs xt_l2tp xt_length xt_limit xt_mac xt_mark xt_multiport xt_nfacct xt_osf
 xt_owner xt_physdev xt_pkttype xt_policy xt_quota xt_rateest xt_realm xt_recent xt_rpfilter xt_sctp xt_set xt_socket
 xt_state xt_statistic xt_string xt_tcpmss xt_tcpudp xt_time xt_u32
linux/netfilter_arp: arp_tables arpt_mangle
linux/netfilter_bridge: ebt_802_3 ebt_among ebt_arp ebt_arpreply ebt_ip ebt_ip6 ebt_limit ebt_log ebt_mark_m
 ebt_mark_t ebt_nat ebt_nflog ebt_pkttype ebt_redirect ebt_stp ebt_vlan ebtables
linux/netfilter_ipv4: ip_tables ipt_CLUSTERIP ipt_ECN ipt_LOG ipt_REJECT ipt_TTL ipt_ah ipt_ecn ipt_ttl
linux/netfilter_ipv6: ip6_tables ip6t_HL ip6t_LOG ip6t_NPT ip6t_REJECT ip6t_ah ip6t_frag ip6t_hl ip6t_ipv6header
 ip6t_mh ip6t_opts ip6t_rt ip6t_srh
linux/nfsd: cld debug export stats
linux/pcs: pcs-mtk-lynxi pcs-xpcs
linux/pds: pds_adminq pds_auxbus pds_common pds_core_if pds_intr
linux/perf: arm_pmu arm_pmuv3 riscv_pmu
linux/phy: omap_control_phy omap_usb pcie phy-dp phy-lvds phy-mipi-dphy phy-sun4i-usb phy ulpi_phy
linux/pinctrl: consumer devinfo machine pinconf-generic pinconf pinctrl-state pinctrl pinmux
linux/power: bq2415x_charger bq24190_charger bq24735-charger bq25890_charger bq27xxx_battery charger-manager
 gpio-charger jz4740-battery max17042_battery power_on_reason sbs-battery smartreflex twl4030_madc_battery
linux/pse-pd: pse
linux/pwrseq: consumer provider
linux/qat: qat_mig_dev
linux/qed: common_hsi eth_common fcoe_common iscsi_common iwarp_common nvmetcp_common qed_chain qed_eth_if qed_fcoe_if
 qed_if qed_iov_if qed_iscsi_if qed_ll2_if qed_nvmetcp_if qed_rdma_if qede_rdma rdma_common roce_common storage_common
 tcp_common
linux/raid: detect md_p md_u pq xor
linux/regulator: act8865 arizona-ldo1 arizona-micsupp consumer coupler da9121 da9211 db8500-prcmu driver fan53555
 fixed gpio-regulator lp3971 lp3972 lp872x machine max1586 max8649 max8660 max8952 max8973-regulator mt6311
 mt6315-regulator mt6323-regulator mt6331-regulator mt6332-regulator mt6357-regulator mt6358-regulator
 mt6359-regulator mt6380-regulator mt6397-regulator of_regulator pca9450 pfuze100 tps51632-regulator tps62360 tps6507x
 userspace-consumer
linux/remoteproc: mtk_scp pruss qcom_rproc st_slim_rproc
linux/reset: bcm63xx_pmb reset-simple socfpga sunxi
linux/rpmsg: byteorder mtk_rpmsg ns qcom_glink qcom_smd
linux/rtc: ds1286 ds1307 ds1685 m48t59 rtc-omap
linux/sched: affinity autogroup clock cond_resched coredump cpufreq cputime deadline debug ext hotplug idle init
 isolation jobctl loadavg mm nohz numa_balancing posix-timers prio rseq_api rt sd_flags signal smt stat sysctl task
 task_flags task_stack thread_info_api topology types user vhost_task wake_q xacct
linux/soundwire: sdw sdw_amd sdw_intel sdw_registers sdw_type
linux/spi: ad7877 ads7846 altera at73c213 corgi_lcd ds1305 eeprom flash libertas_spi max7301 mc33880 mmc_spi mxs-spi
 sh_hspi sh_msiof spi-fsl-dspi spi-mem spi spi_bitbang spi_gpio spi_oc_tiny spidev tdo24m tle62x0 xilinx_spi
linux/ssb: ssb ssb_driver_chipcommon ssb_driver_extif ssb_driver_gige ssb_driver_mips ssb_driver_pci ssb_embedded
 ssb_regs
linux/sunrpc: addr auth auth_gss bc_xprt cache clnt debug gss_api gss_asn1 gss_err gss_krb5 metrics msg_prot rdma_rn
 rpc_pipe_fs rpc_rdma rpc_rdma_cid sched stats svc svc_rdma svc_rdma_pcl svc_xprt svcauth svcauth_gss svcsock timer
 types xdr xprt xprtmultipath xprtrdma xprtsock
linux/surface_aggregator: cdev controller device dtx serial_hub
linux/tc_act: tc_bpf tc_connmark tc_csum tc_ct tc_ctinfo tc_defact tc_gact tc_gate tc_ife tc_mirred tc_mpls tc_nat
 tc_pedit tc_sample tc_skbedit tc_skbmod tc_tunnel_key tc_vlan
linux/tc_ematch: tc_em_cmp tc_em_ipt tc_em_meta tc_em_nbyte tc_em_text
linux/ulpi: driver interface regs
linux/unaligned: packed_struct
linux/usb: audio-v2 audio-v3 audio c67x00 ccid cdc-wdm cdc cdc_ncm ch11 ch9 charger chipidea composite ehci-dbgp
 ehci_def ehci_pdriver ezusb func_utils functionfs g_hid g_printer g_uvc gadget gadget_configfs gadgetfs hcd input
 iowarrior irda isp116x isp1301 isp1362 ljca m66592 midi-v2 midi musb-ux500 musb net2280 of ohci_pdriver onboard_dev
 otg-fsm otg pd pd_ado pd_bdo pd_ext_sdb pd_vdo phy phy_companion quirks r8152 r8a66597 raw_gadget renesas_usbhs
 rndis_host role rzv2m_usb3drd serial sl811 storage tcpci tcpm tegra_usb_phy tmc typec typec_altmode typec_dp
 typec_mux typec_retimer typec_tbt uas ulpi usb338x usb_phy_generic usbnet uvc video webusb xhci-dbgp
net: 6lowpan Space act_api addrconf af_ieee802154 af_rxrpc af_unix af_vsock ah amt arp atmclip ax25 ax88796 bareudp
 bond_3ad bond_alb bond_options bonding bpf_sk_storage busy_poll calipso cfg80211-wext cfg80211 cfg802154 checksum
 cipso_ipv4 cls_cgroup codel codel_impl codel_qdisc compat datalink dcbevent dcbnl devlink dropreason-core dropreason
 dsa dsa_stubs dscp dsfield dst dst_cache dst_metadata dst_ops eee erspan esp espintcp ethoc failover fib_notifier
 fib_rules firewire flow flow_dissector flow_offload fou fq fq_impl garp gen_stats genetlink geneve gre gro gro_cells
 gso gtp gue handshake hotdata hwbm icmp ieee80211_radiotap ieee802154_netdev ieee8021q if_inet6 ife
 inet6_connection_sock inet6_hashtables inet_common inet_connection_sock inet_dscp inet_ecn inet_frag inet_hashtables
 inet_sock inet_timewait_sock inetpeer ioam6 ip ip6_checksum ip6_fib ip6_route ip6_tunnel ip_fib ip_tunnels ip_vs
 ipcomp ipconfig ipv6 ipv6_frag ipv6_stubs iw_handler kcm l3mdev lag lapb lib80211 llc llc_c_ac llc_c_ev llc_c_st
 llc_conn llc_if llc_pdu llc_s_ac llc_s_ev llc_s_st llc_sap lwtunnel mac80211 mac802154 macsec mctp mctpdevice mip6
 mld mpls mpls_iptunnel mptcp mrp ncsi ndisc neighbour net_debug net_failover net_namespace net_ratelimit net_trackers
 netdev_queues netdev_rx_queue netevent netkit netlabel netlink netmem netprio_cgroup netrom nexthop nl802154 nsh
 p8022 pfcp pie ping pkt_cls pkt_sched pptp proto_memory protocol psample psnap raw rawv6 red regulatory request_sock
 rose route rpl rps rsi_91x rstreason rtnetlink rtnh sch_generic scm secure_seq seg6 seg6_hmac seg6_local selftests
 slhc_vj smc snmp sock sock_reuseport stp strparser switchdev tc_wrapper tcp tcp_ao tcp_states tcx timewait_sock tipc
 tls tls_prot tls_toe transp_v6 tso tun_proto udp udp_tunnel udplite vsock_addr vxlan wext x25 x25device xdp xdp_priv
 xdp_sock xdp_sock_drv xfrm xsk_buff_pool
net/9p: 9p client transport
net/bluetooth: bluetooth coredump hci hci_core hci_mon hci_sock hci_sync iso l2cap mgmt rfcomm sco
net/caif: caif_dev caif_device caif_layer cfcnfg cfctrl cffrml cfmuxl cfpkt cfserl cfsrvl
net/iucv: af_iucv iucv
net/libeth: cache rx tx types
net/mana: gdma hw_channel mana mana_auxiliary shm_channel
net/netfilter: br_netfilter nf_bpf_link nf_conntrack nf_conntrack_acct nf_conntrack_act_ct nf_conntrack_bpf
 nf_conntrack_bridge nf_conntrack_core nf_conntrack_count nf_conntrack_ecache nf_conntrack_expect nf_conntrack_extend
 nf_conntrack_helper nf_conntrack_l4proto nf_conntrack_labels nf_conntrack_seqadj nf_conntrack_synproxy
 nf_conntrack_timeout nf_conntrack_timestamp nf_conntrack_tuple nf_conntrack_zones nf_dup_netdev nf_flow_table
 nf_hooks_lwtunnel nf_log nf_nat nf_nat_helper nf_nat_masquerade nf_nat_redirect nf_queue nf_reject nf_socket
 nf_synproxy nf_tables nf_tables_core nf_tables_ipv4 nf_tables_ipv6 nf_tables_offload nf_tproxy nft_fib nft_meta
 nft_reject xt_rateest
net/nfc: digital hci llc nci nci_core nfc
net/page_pool: helpers memory_provider types
net/phonet: gprs pep phonet pn_dev
net/sctp: auth checksum command constants sctp sm stream_interleave stream_sched structs tsnmap ulpevent ulpqueue
net/tc_act: tc_bpf tc_connmark tc_csum tc_ct tc_ctinfo tc_defact tc_gact tc_gate tc_ife tc_mirred tc_mpls tc_nat
 tc_pedit tc_police tc_sample tc_skbedit tc_skbmod tc_tunnel_key tc_vlan
scsi: cxlflash_ioctl fc_frame fcoe_sysfs iscsi_if iscsi_proto iser libfc libfcoe libiscsi libiscsi_tcp libsas sas
 sas_ata scsi scsi_bsg_fc scsi_bsg_iscsi scsi_bsg_mpi3mr scsi_bsg_ufs scsi_cmnd scsi_common scsi_dbg scsi_device
 scsi_devinfo scsi_dh scsi_driver scsi_eh scsi_host scsi_ioctl scsi_netlink scsi_netlink_fc scsi_proto scsi_status
 scsi_tcq scsi_transport scsi_transport_fc scsi_transport_iscsi scsi_transport_sas scsi_transport_spi
 scsi_transport_srp scsicam sg srp viosrp
scsi/fc: fc_els fc_encaps fc_fc2 fc_fcoe fc_fcp fc_fip fc_fs fc_gs fc_ms fc_ns
sound: ac97_codec aci acp63_chip_offset_byte ad1816a ad1843 adau1373 ak4113 ak4114 ak4117 ak4531_codec ak4641
 ak4xxx-adda alc5623 asequencer asoc asound asound_fm asoundef compress_driver compress_offload compress_params
 control core cs-amp-lib cs35l33 cs35l34 cs35l35 cs35l36 cs35l41 cs35l56 cs4231-regs cs4271 cs42l42 cs42l43 cs42l52
 cs42l56 cs42l73 cs8403 cs8427 da7213 da7218 da7219-aad da7219 da9055 designware_i2s dmaengine_pcm emu10k1
 emu10k1_synth emu8000 emu8000_reg emux_legacy emux_synth es1688 firewire graph_card gus hda-mlink hda_chmap hda_codec
 hda_component hda_hwdep hda_i915 hda_register hda_regmap hda_verbs hdaudio hdaudio_ext hdmi-codec hdsp hdspm hwdep
 i2c info initval intel-dsp-config intel-nhlt jack madera-pdata max9768 max98088 max98090 max98095 memalloc minors
 mixer_oss mpu401 omap-hdmi-audio opl3 opl4 pcm-indirect pcm pcm_drm_eld pcm_iec958 pcm_oss pcm_params pt2258
 pxa2xx-lib rawmidi rt1015 rt1318 rt286 rt298 rt5514 rt5659 rt5660 rt5663 rt5665 rt5668 rt5682 rt5682s sb sb16_csp
 scarlett2 sdw seq_device seq_kernel seq_midi_emul seq_midi_event seq_oss seq_oss_legacy seq_virmidi sfnt_info
 sh_dac_audio sh_fsi simple_card simple_card_utils skl-tplg-interface snd_ar_tokens snd_sst_tokens snd_wavefront
 soc-acpi-intel-match soc-acpi-intel-ssp-common soc-acpi soc-card soc-component soc-dai soc-dapm soc-dpcm soc-jack
 soc-link soc-topology soc soc_sdw_utils sof soundfont spear_dma spear_spdif sta32x sta350 tas2552-plat tas2563-tlv
 tas2781-dsp tas2781-tlv tas2781 tas5086 tea6330t timer tlv tlv320aic32x4 tlv320dac33-plat tpa6130a2-plat uda1380 ump
 ump_convert ump_msg usb_stream util_mem vx_core wavefront wm0010 wm2000 wm2200 wm5100 wm8903 wm8904 wm8955 wm8960
 wm8962 wm8993 wm8996 wm9081 wm9090 wss
sound/ac97: codec compat controller regs
"""  # as `make kernel-headers` unpacks them; a line that begins with a blank goes on


@cache
def header_names() -> frozenset[str]:
    """`linux/hwmon.h` and the like."""
    found = []
    for line in _NAMES.strip().replace("\n ", " ").splitlines():
        folder, _, names = line.partition(": ")
        found += [f"{folder}/{name}.h" for name in names.split()]
    return frozenset(found)
