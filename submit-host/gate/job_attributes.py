"""Which attributes of HTCondor's a finished job may have, and in which form: whatever is not named here is refused.

A name that HTCondor does not know (htcondor_attributes.py) is the user's own and may hold any value of a bounded size.
Names are in lower case, with the command of the submit description that sets them where that has another name.
"""
from expression import DIGITS, is_string

MOST_SHOWN = 10_000  # characters of a name or a reason
MOST_TEXT = 1_000_000  # characters of arguments, an environment or a list of files


def integer(value, place):
    digits = value[1:] if value[:1] == '-' else value
    return None if digits and DIGITS.issuperset(digits) and len(digits) <= 10 else 'must be a whole number'


def short_length(value, place):
    """Of a list for each name, that HTCondor keeps in the job and moves on at each start, one element after the other."""
    return integer(value, place) or (None if len(value) <= 2 and value <= '20' or len(value) == 1 else 'must not be more than 20')


def few_names(value, place):
    reason = 'must not be longer than 1,000 characters, nor have more than 50 names'
    return word(value, place) or (None if len(value) <= 1_000 and len(value.replace(',', ' ').split()) <= 50 else reason)


def cron(value, place):
    """Minutes, hours and days have two digits: a range of billions would be written out."""
    return word(value, place) or (None if not any(len(part) > 2 for part in _numbers(value)) else 'must have numbers of two digits')


def cron_days(value, place):
    """The schedd looks for the next month that has the day, for ever: one that each month has must be among them."""
    first = content(value).split(',')[0].strip()
    step = first[2:] if first[:2] == '*/' else ''
    day = first.partition('-')[0]
    good = (
        first == '*'
        or step and DIGITS.issuperset(step) and 1 <= int(step[:3]) <= 14
        or day and DIGITS.issuperset(day) and '/' not in first and 1 <= int(day[:3]) <= 28
    )
    return cron(value, place) or (None if good else 'must begin with a day that each month has: 1 to 28, or *')


def _numbers(value):
    return ''.join(c if c in DIGITS else ' ' for c in value).split()


def limits(value, place):
    return word(value, place) if is_string(value) else None


def boolean(value, place):
    return None if value in ('true', 'false') else 'must be true or false'


def number(value, place):
    parts = (value[1:] if value[:1] == '-' else value).split('.')
    good = len(value) <= 30 and len(parts) <= 2 and all(part and DIGITS.issuperset(part) for part in parts)
    return None if good else 'must be a number'


def word(value, place):
    """A short string."""
    if not is_string(value):
        return 'must be text, not an expression'
    return None if len(value) <= MOST_SHOWN else f'must not be longer than {MOST_SHOWN:,} characters'


def text(value, place):
    """A long one."""
    if value == 'undefined':
        return None
    if not is_string(value):
        return 'must be text, not an expression'
    return None if len(value) <= MOST_TEXT else f'must not be longer than {MOST_TEXT:,} characters'


def expression(value, place):
    """Its cost is bounded by job_check, as that of every attribute."""
    return None


def never(value, place):
    return None if value in ('false', 'undefined') else 'is not available here; leave it out'


def read_file(value, place):
    return text(value, place) or _filled_in(value) or ('must be a file, not a URL' if '://' in value else None)


def _filled_in(value):
    """At the match HTCondor puts another text in the place of $$(...), which nobody has looked at."""
    return 'must not have $$' if '$$' in value else None


def written_file(value, place):
    return word(value, place) or place.refusal(content(value))


def working_directory(value, place):
    """What a job leaves there comes back under any name, so that it is never the home itself. HTCondor writes it whole."""
    path = content(value)
    return word(value, place) or place.own_refusal(path) or (None if path[:1] == '/' and path != '/dev/null' else 'must be a whole path')


def written_list(value, place):
    """Files that come back: their names are those of the worker, and below the job's directory they are the same."""
    if text(value, place) or _filled_in(value):
        return text(value, place) or _filled_in(value)
    for name in content(value).split(','):
        if '://' in name:
            return 'must name files, not URLs: results come back to the job\'s own directory'
        if '..' in name.strip().split('/'):
            return 'must not have .. in a path'
    return None


def renamed_list(value, place):
    """`name = path; name = path`."""
    if text(value, place) or _filled_in(value):
        return text(value, place) or _filled_in(value)
    if '\\' in value:
        return 'must not have a backslash'
    for pair in content(value).split(';'):
        reason = place.refusal(pair.partition('=')[2].strip())
        if reason:
            return reason
    return None


def content(value):
    """What is between the quotes, as HTCondor reads it."""
    return value[1:-1].replace('\\"', '"')


# Form of the value, by attribute.
FORMS = {}


def _allow(form, names):
    for name in names.split():
        FORMS[name] = form


_allow(
    integer,
    'jobprio jobmaxretries jobsuccessexitcode successcheckpointexitcode checkpointexitcode killsigtimeout coresize imagesize '
    'diskusage transferinputsizemb maxtransferinputmb maxtransferoutputmb '
    'keepclaimidle noopjobexitcode noopjobexitsignal jobkeepclaimidle successcheckpointexitsignal scheddinterval stacksize',
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
    'jobbatchname jobbatchid jobdescription shouldtransferfiles whentotransferoutput killsig removekillsig holdkillsig '
    'checkpointsig filesystemdomain submiteventnotes submiteventusernotes '
    'projectname appendfiles dockernetworktype dockerpullpolicy containerimage containerimagesource containertargetdir '
    'containerservicenames dockerimage containershell mountunderscratch wanttransferpluginmethods envdelim '
    'jobsubmitmethodname origcmd',
)
_allow(
    text,
    'args arguments env environment transferinput encryptinputfiles encryptoutputfiles dontencryptinputfiles '
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
    'transferinput': 'transfer_input_files',
    'transferoutput': 'transfer_output_files',
    'transferoutputremaps': 'transfer_output_remaps',
    'transfercheckpoint': 'transfer_checkpoint_files',
    'crondayofmonth': 'cron_day_of_month',
    'jobmachineattrs': 'job_machine_attrs',
    'jobmachineattrshistorylength': 'job_machine_attrs_history_length',
}
