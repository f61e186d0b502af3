/** The commands of HTCondor's manual of condor_submit, several in a job where they have nothing to do with one another. */
import { benign } from './description.ts'

export const commands = [
  benign('files', 'output = o\nerror = e\nlog = l\ninput = job.sub'),
  benign('files that are nothing', 'output = /dev/null\nerror = /dev/null\ninput = /dev/null'),
  benign('files with blanks and letters', 'output = a b.out\nerror = caf\xe9.err\nlog = x;y.log'),
  benign('files below', 'output = ./o\nerror = a/b/e'),
  benign(
    'files streamed',
    'output = o\nerror = e\nstream_output = true\nstream_error = TRUE\nstream_input = false',
  ),
  benign(
    'transfer',
    'should_transfer_files = yes\nwhen_to_transfer_output = on_exit_or_evict\ntransfer_input_files = job.sub, /etc/hostname',
  ),
  benign(
    'transfer if needed',
    'should_transfer_files = IF_NEEDED\nwhen_to_transfer_output = ON_EXIT',
  ),
  { ...benign('no transfer', 'should_transfer_files = NO'), executable: '/bin/sleep' },
  { ...benign('transfer of others', 'output = o'), executable: '/bin/sleep' },
  benign(
    'transfer on success',
    'should_transfer_files = yes\nwhen_to_transfer_output = on_success',
  ),
  benign(
    'results',
    'transfer_output_files = a, b.txt, c/d\ntransfer_output_remaps = "a = A; b.txt = x/B"\npreserve_relative_paths = true',
  ),
  benign(
    'no results',
    'transfer_output_files = ""\ntransfer_output = false\ntransfer_error = false\ntransfer_input = false',
  ),
  benign(
    'input from elsewhere',
    'should_transfer_files = yes\ntransfer_input_files = https://example.org/a%20b?c=d&e, job.sub',
  ),
  benign(
    'limits of transfer',
    'max_transfer_input_mb = 10\nmax_transfer_output_mb = 20\ntransfer_input_files = job.sub',
  ),
  benign(
    'encrypted',
    'encrypt_input_files = job.sub\nencrypt_output_files = *\ndont_encrypt_input_files = a\ndont_encrypt_output_files = b\nencrypt_execute_directory = true',
  ),
  benign(
    'checkpoints',
    'checkpoint_exit_code = 85\ntransfer_checkpoint_files = a, b\nwhen_to_transfer_output = on_exit',
  ),
  benign('manifest', 'manifest = true'),
  benign('skip files', 'skip_if_dataflow = true\nskip_filechecks = true'),
  benign('requests', 'request_cpus = 2\nrequest_memory = 4 GB\nrequest_disk = 10G'),
  benign('requests in small letters', 'request_memory = 1 gb\nrequest_disk = 512 mb'),
  benign(
    'requests that are expressions',
    'request_cpus = 1 + 1\nrequest_memory = ifthenelse(MemoryUsage =!= undefined, MemoryUsage * 3 / 2, 2048)\nrequest_disk = max({1000, DiskUsage * 2})',
  ),
  benign('requests that are nothing', 'request_memory = undefined\nrequest_cpus = undefined'),
  benign('GPUs', 'request_gpus = 1\nrequire_gpus = Capability >= 8.0 && GlobalMemoryMb > 1000'),
  benign(
    'GPUs by their own commands',
    'request_gpus = 2\ngpus_minimum_capability = 7.5\ngpus_maximum_capability = 9\ngpus_minimum_memory = 4 GB\ngpus_minimum_runtime = 12.1',
  ),
  benign('an own resource', 'request_licences = 3\nrequest_Bandwidth = 1.5'),
  benign(
    'requirements and rank',
    'requirements = (OpSysAndVer == "Debian13" || Arch == "X86_64") && TARGET.Memory > 10 && regexp("^a.*", Machine)\nrank = KFlops + 10 * Memory',
  ),
  benign('retries', 'max_retries = 3\nretry_until = ExitCode == 2\nsuccess_exit_code = 1'),
  benign('a number to retry until', 'max_retries = 2\nretry_until = 5'),
  benign(
    'on exit',
    'on_exit_hold = ExitCode =!= 0\non_exit_hold_reason = strcat("ended with ", ExitCode)\non_exit_hold_subcode = 3\non_exit_remove = ExitBySignal == false',
  ),
  benign(
    'periodic',
    'periodic_hold = (JobStatus == 2) && (time() - EnteredCurrentStatus) > 3600\nperiodic_hold_reason = "too long; see \\"x\\""\nperiodic_hold_subcode = 2\nperiodic_release = NumJobStarts < 5 && HoldReasonCode == 26\nperiodic_remove = JobStatus == 5 && (time() - EnteredCurrentStatus) > 10 * 86400',
  ),
  benign(
    'periodic vacate',
    'periodic_vacate = false\nallowed_job_duration = 3600\nallowed_execute_duration = 1800',
  ),
  benign(
    'leave in queue',
    'leave_in_queue = JobStatus == 4 && (CompletionDate =?= undefined || time() - CompletionDate < 60)',
  ),
  benign('stays in the queue', 'leave_in_queue = true\nlog = l'),
  benign('deferral', 'deferral_time = 2000000000\ndeferral_window = 60\ndeferral_prep_time = 5'),
  benign(
    'cron',
    'cron_minute = 0,30\ncron_hour = 1-5\ncron_day_of_month = *\ncron_month = */2\ncron_day_of_week = 0\ncron_window = 60\ncron_prep_time = 10',
  ),
  benign('limits', 'concurrency_limits = xsw_licence:2, Matlab'),
  benign('a priority', 'priority = -10\nnice_user = false'),
  benign('nice', 'nice_user = true'),
  benign('names', 'batch_name = my "batch" 1; \xe9\nbatch_id = b.7\ndescription = a job, "quoted"'),
  benign('a name in quotes', 'JobBatchName = "in quotes"'),
  benign('a custom batch name', '+JobBatchName = "plus"'),
  benign('notes', 'submit_event_notes = notes of mine\n+SubmitEventUserNotes = "x y"'),
  benign('mail', 'notification = never'),
  benign(
    'machines',
    'job_machine_attrs = Name, Memory\njob_machine_attrs_history_length = 3\nlast_match_list_length = 2',
  ),
  benign(
    'attributes of the job in the log',
    'job_ad_information_attrs = JobStatus, Owner\nulog_execute_attrs = Name',
  ),
  benign(
    'signals',
    'kill_sig = SIGINT\nremove_kill_sig = 9\nhold_kill_sig = SIGUSR1\nkill_sig_timeout = 30',
  ),
  benign(
    'retirement',
    'max_job_retirement_time = 3600\njob_max_vacate_time = 60\nwant_graceful_removal = true',
  ),
  benign('lease', 'job_lease_duration = 1200\nkeep_claim_idle = 30'),
  benign('sizes', 'coresize = 0\nimage_size = 100 MB\nstack_size = 1000\nrun_as_owner = true'),
  benign('a nested folder', 'initialdir = .'),
  benign('a log in XML', 'log = l\nlog_xml = true'),
  benign(
    'docker',
    'docker_image = debian:13\ndocker_network_type = none\ndocker_pull_policy = always',
  ),
  benign('a container', 'container_image = docker://debian:13\ncontainer_target_dir = /work'),
  benign('a container that is a file', 'container_image = image.sif'),
  benign('vanilla', 'universe = vanilla'),
  benign('a file system', '+FileSystemDomain = "example.org"'),
  benign('append files', 'append_files = a'),
  benign('a prefix', 'accounting_group_user = alice'),
]
