"""Which attributes of HTCondor's a finished job may have, and in which form: whatever is not named here is refused.

A name that HTCondor does not know (htcondor_attributes.py) is the user's own and may hold any value of a bounded size.
Names are in lower case, with the command of the submit description that sets them where that has another name.
"""
from attribute_form import (
    boolean,
    cron,
    cron_days,
    expression,
    few_names,
    few_seconds,
    integer,
    limits,
    never,
    number,
    read_file,
    renamed_list,
    semicolon,
    short_length,
    text,
    word,
    working_directory,
    written_file,
    written_list,
)
from file_transfer import should_transfer, when_to_transfer
from quoted_words import arguments, environment, environment_v1

# Form of the value, by attribute.
FORMS = {}


def _allow(form, names):
    for name in names.split():
        FORMS[name] = form


_allow(
    integer,
    'jobprio jobmaxretries jobsuccessexitcode successcheckpointexitcode checkpointexitcode killsigtimeout coresize imagesize '
    'diskusage transferinputsizemb maxtransferinputmb maxtransferoutputmb '
    'noopjobexitcode noopjobexitsignal successcheckpointexitsignal scheddinterval stacksize',
)
_allow(
    boolean,
    'streamin streamout streamerr transferin transferout transfererr transferexecutable niceuser encryptexecutedirectory '
    'preserverelativepaths wantdocker wantcontainer wantdockerimage wantsif wantsandboximage dockeroverrideentrypoint '
    'dockersendcredentials wantftoncheckpoint dontappend noopjob runasowner userlogusexml suspendjobatexec loadprofile '
    'jobmanifestdesired jobrequiressandbox containeriscommon checkpointexitbysignal successcheckpointexitbysignal '
    'wantcheckpointsignal wantpslotpreemption skipifdataflow isnoopjob eraseoutputanderroronrestart manifestdesired '
    'transfercontainer',
)
_allow(
    word,
    'jobbatchname jobbatchid jobdescription killsig removekillsig holdkillsig '
    'checkpointsig filesystemdomain submiteventnotes submiteventusernotes '
    'projectname appendfiles dockernetworktype dockerpullpolicy containerimage containerimagesource containertargetdir '
    'containerservicenames dockerimage containershell mountunderscratch wanttransferpluginmethods '
    'jobsubmitmethodname origcmd',
)
_allow(
    text,
    'args transferinput encryptinputfiles encryptoutputfiles dontencryptinputfiles '
    'dontencryptoutputfiles',
)
_allow(
    expression,
    'requestcpus requestmemory requestdisk requestgpus requiregpus gpusminmemory gpusmincapability gpusmaxcapability '
    'gpusminruntime cudaversion jobstarterdebug rank requirements periodichold periodicholdreason periodicholdsubcode periodicrelease '
    'periodicremove periodicvacate onexithold onexitholdreason onexitholdsubcode onexitremove leavejobinqueue '
    'jobleaseduration maxjobretirementtime jobmaxvacatetime deferraltime deferralwindow deferralpreptime '
    'wantgracefulremoval allowedexecuteduration allowedjobduration retryrequestmemory retryrequestmemoryincrease '
    'successexitcode',
)
_allow(arguments, 'arguments')
_allow(environment, 'environment')
_allow(environment_v1, 'env')
_allow(semicolon, 'envdelim')
_allow(should_transfer, 'shouldtransferfiles')
_allow(when_to_transfer, 'whentotransferoutput')
_allow(few_seconds, 'keepclaimidle jobkeepclaimidle')
_allow(short_length, 'jobmachineattrshistorylength lastmatchlistlength')
_allow(cron, 'cronminute cronhour cronmonth crondayofweek')
_allow(cron_days, 'crondayofmonth')
_allow(few_names, 'jobmachineattrs jobadinformationattrs userlogexecuteeventattrs')
_allow(limits, 'concurrencylimits')
_allow(never, 'wantioproxy wantremoteupdates wantremotesyscalls wantcheckpoint wantremoteio wantparallelscheduling')
_allow(read_file, 'in')
_allow(working_directory, 'iwd')
_allow(written_file, 'out err userlog manifestdir jobstarterlog')
_allow(written_list, 'transferoutput transfercheckpoint')
_allow(renamed_list, 'transferoutputremaps')

# What HTCondor sets in each job, as it does so for a job that says nothing of it: left out, for it sets them again.
# None: the value differs from job to job, and nobody's but HTCondor's own is looked at.
MADE = {
    **dict.fromkeys(
        'clusterid procid qdate mytype targettype condorversion condorplatform submitversion jobsubmitfile '
        'enteredcurrentstatus jobsubmitmethod jobstatus executablesize totalsubmitprocs holdreason holdreasoncode '
        'holdreasonsubcode jobmaterializemaxidle jobmaterializelimit wantdelayedupdates'.split()
    ),
    # Mail is not sent here, whatever these say.
    'notifyuser': None,
    'emailattributes': None,
    **dict.fromkeys('minhosts maxhosts'.split(), ('1',)),
    **dict.fromkeys(
        'numckpts exitstatus numrestarts currenthosts numjobstarts committedtime numsystemholds totalsuspensions '
        'committedslottime numjobcompletions cumulativeslottime lastsuspensiontime committedsuspensiontime '
        'cumulativesuspensiontime completiondate numshadowstarts nextjobstartdelay'.split(),
        ('0',),
    ),
    **dict.fromkeys(
        'remotesyscpu remoteusercpu remotewallclocktime cumulativeremotesyscpu cumulativeremoteusercpu localusercpu '
        'localsyscpu'.split(),
        ('0.0', '0'),
    ),
    'exitbysignal': ('false',),
    'jobnotification': ('0',),
    'owner': ('undefined',),
    'user': ('undefined',),
}

# What to write instead, where that is known.
ADVICE = {
    'jobnotification': 'notification must be never: no mail is sent here; ask with WAIT, or look at the list',
    'owner': 'the owner of a job is the account that sends it',
    'user': 'the owner of a job is the account that sends it',
    'checkpointdestination': 'checkpoint_destination is not available here; leave it out, and HTCondor keeps the checkpoints',
    'transferplugins': 'transfer_plugins are not available here; let the program fetch its files itself',
    'outputdestination': 'output_destination is not available here; results come back to the job\'s own directory',
    'wantioproxy': 'condor_chirp (WantIOProxy) is not available here; leave it out',
    'x509userproxy': 'x509userproxy is not available here; the program can get its credentials itself',
    'oauthservicesneeded': 'use_oauth_services is not available here',
    'publicinputfiles': 'public_input_files is not available here; use transfer_input_files',
    '_x_common_input_catalogs': 'container_is_common is not available here; leave it out',
    'nextjobstartdelay': 'next_job_start_delay would hold up everybody\'s jobs; leave it out',
    'transformonevict': 'retry_request_memory is not available here; let request_memory be an expression of MemoryUsage',
    'jobsetname': 'jobset is not available here; use batch_name',
}
# Commands under which users know an attribute.
COMMANDS = {
    'jobprio': 'priority',
    'jobmaxretries': 'max_retries',
    'jobbatchname': 'batch_name',
    'streamout': 'stream_output',
    'streamerr': 'stream_error',
    'requestcpus': 'request_cpus',
    'requestmemory': 'request_memory',
    'requestdisk': 'request_disk',
    'requestgpus': 'request_gpus',
    'periodichold': 'periodic_hold',
    'periodicholdreason': 'periodic_hold_reason',
    'periodicrelease': 'periodic_release',
    'periodicremove': 'periodic_remove',
    'onexithold': 'on_exit_hold',
    'onexitholdreason': 'on_exit_hold_reason',
    'onexitremove': 'on_exit_remove',
    'leavejobinqueue': 'leave_in_queue',
    'concurrencylimits': 'concurrency_limits',
    'in': 'input',
    'out': 'output',
    'err': 'error',
    'userlog': 'log',
    'iwd': 'initialdir',
    'shouldtransferfiles': 'should_transfer_files',
    'whentotransferoutput': 'when_to_transfer_output',
    'transferinput': 'transfer_input_files',
    'transferoutput': 'transfer_output_files',
    'transferoutputremaps': 'transfer_output_remaps',
    'transfercheckpoint': 'transfer_checkpoint_files',
    'jobkeepclaimidle': 'keep_claim_idle',
    'keepclaimidle': 'keep_claim_idle',
    'crondayofmonth': 'cron_day_of_month',
    'jobmachineattrs': 'job_machine_attrs',
    'jobmachineattrshistorylength': 'job_machine_attrs_history_length',
}
